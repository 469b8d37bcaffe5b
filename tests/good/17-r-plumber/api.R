#* The mean of some normal numbers
#* @get /mean
function(n = 100) {
  mean(rnorm(as.integer(n)))
}
