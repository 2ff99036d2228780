package io.bulwark.perception.model.family;

import io.bulwark.perception.safetensors.ElementType;

/**
 * How an encoder infers on a CPU: what decides which program is the fastest.
 *
 * @param type of the encoder's body: F32, F16 or BF16
 * @param threads of an operation, at least 1, or -1 where libtorch decides
 * @param packs whether oneDNN multiplies packed matrices of that type here, and well: on x86, bfloat16 with AMX or
 *     AVX512-BF16
 */
public record CpuInference(ElementType type, int threads, boolean packs) {}
