package io.bulwark.perception.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.perception.model.AutoPrecision.Cpu;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CpuTest {

    @ParameterizedTest
    @CsvSource({
        "flags : fpu amx_bf16 sse,true",
        "flags : fpu avx512_bf16 sse,true",
        "flags : fpu avx512f avx2,false",
        "Features : fp asimd bf16,false",
        "'',false"
    })
    void bfloat16IsMultipliedByAmxAndAvx512Bf16(String info, boolean multiplies) {
        assertThat(Cpu.multipliesBf16(info)).isEqualTo(multiplies);
    }

    @ParameterizedTest
    @CsvSource({
        "flags : fpu fma avx avx2 bmi2,true",
        "flags : fpu fma avx2 avx512f avx512_bf16,false",
        "flags : fpu sse4_2 avx,false",
        "Features : fp asimd bf16,false",
        "'',false"
    })
    void onnxRuntimeIsForAvx2WithoutAvx512(String info, boolean chosen) {
        assertThat(Cpu.lacksAvx512(info)).isEqualTo(chosen);
    }
}
