/**
 * libtorch, behind DJL: programs loaded, run and differentiated, and the matrix product of a bank's search. What may
 * enter: what imports DJL, which no other package does, and what only such a class uses.
 *
 * <p>What cost time to find out:
 *
 * <ul>
 *   <li>libtorch's thread count is per process, and each thread takes it over when it first computes: open encoders
 *       before the threads that use them begin.
 *   <li>A picture's bytes permuted to planes lie channels-last; exported programs that call {@code view} refuse that, so
 *       theirs are stacked plane by plane.
 *   <li>DJL takes gradients in training mode alone. A scripted dropout or batch norm then answers otherwise: such a
 *       program infers, but is refused where gradients are wanted.
 *   <li>With two threads within an operation on two cores that others use as well, every operation waits for the slower
 *       thread: throughput fell from 90 images a second to 2. One thread an operation, and one encoder for each of
 *       several inference threads, does not fall off that cliff.
 *   <li>Packed for XNNPACK, MobileNetV2 costs least at batches of 1 to 4; beyond, activations of tens of megabytes come
 *       from fresh mappings at each operation. {@code MALLOC_MMAP_MAX_=0} and a large {@code MALLOC_TRIM_THRESHOLD_} in
 *       the process's environment take most of that away.
 *   <li>DJL asks libtorch for copies to a device that block, from page-locked memory as from any other: when {@code
 *       toDevice} returns, its origin may be written again. So one page-locked tensor of the largest batch serves ({@code
 *       PinnedStaging}), reached by {@code toByteBuffer(true)}, which is the tensor's own memory as long as that is
 *       contiguous. A tensor for each shape would lock twice the memory. Two by turns, copied without blocking, would
 *       let nothing overlap: one thread serves a device, and waits for the answer. How much faster it is than pageable
 *       memory has not been measured, for want of a GPU.
 *   <li>What DJL copies from a device to the host hangs on a new manager below the array's: close that, or have it below a
 *       batch's. And a manager without a device argument takes the first GPU.
 *   <li>On CPUs with AVX2 alone the packed program is slow: XNNPACK of libtorch 2.7.1 then spends half of its time in an
 *       FMA3 kernel whose compiler probably left one of its ten sums on the stack. {@link io.bulwark.perception.onnx} runs
 *       instead there. With AVX-512 it is 1.1 to 1.2 times as fast, too little for two runtimes.
 * </ul>
 */
package io.bulwark.perception.torch;
