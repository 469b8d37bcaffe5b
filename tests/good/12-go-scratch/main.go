// Probe exits 0 when the URL it is given answers with success.
package main

import (
	"fmt"
	"net/http"
	"os"
	"time"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: probe URL")
		os.Exit(2)
	}
	client := http.Client{Timeout: 5 * time.Second}
	answer, err := client.Get(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "probe:", err)
		os.Exit(1)
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 400 {
		fmt.Fprintln(os.Stderr, "probe:", answer.Status)
		os.Exit(1)
	}
}
