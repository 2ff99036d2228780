package io.bulwark.perception.model.family;

import io.bulwark.perception.model.safetensors.ElementType;

/**
 * How an encoder infers on a CPU: what decides which program is the fastest.
 *
 * @param type of the encoder's body: F32, F16 or BF16
 * @param threads of an operation, at least 1, or -1 where libtorch decides
 * @param multipliesBf16 whether the CPU has x86's instructions for products of bfloat16: AMX or AVX512-BF16
 */
public record CpuInference(ElementType type, int threads, boolean multipliesBf16) {}
