// Adds two vectors on the GPU and says whether the sum is right.
#include <cstdio>

__global__ void saxpy(int n, float a, const float *x, float *y)
{
	int i = blockIdx.x * blockDim.x + threadIdx.x;

	if (i < n)
		y[i] = a * x[i] + y[i];
}

int main()
{
	const int n = 1 << 20;
	float *x, *y;

	if (cudaMallocManaged(&x, n * sizeof(float)) != cudaSuccess ||
	    cudaMallocManaged(&y, n * sizeof(float)) != cudaSuccess) {
		std::fprintf(stderr, "saxpy: no GPU memory\n");
		return 1;
	}
	for (int i = 0; i < n; i++) {
		x[i] = 1.0f;
		y[i] = 2.0f;
	}
	saxpy<<<(n + 255) / 256, 256>>>(n, 2.0f, x, y);
	cudaDeviceSynchronize();
	std::printf("%s\n", y[n - 1] == 4.0f ? "right" : "wrong");
	return y[n - 1] != 4.0f;
}
