import pycuda.autoinit
