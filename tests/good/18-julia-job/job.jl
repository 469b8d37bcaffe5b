# The first numbers of Fibonacci.
fib(n) = n < 2 ? n : fib(n - 1) + fib(n - 2)
println(join(fib.(1:20), " "))
