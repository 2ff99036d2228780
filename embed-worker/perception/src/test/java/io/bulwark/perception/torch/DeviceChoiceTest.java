package io.bulwark.perception.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.torch.LoadedProgram.DeviceChoice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceChoiceTest {

    @ParameterizedTest
    @CsvSource({"auto, 0, cpu", "auto, 1, 0", "auto, 4, 0", "cpu, 0, cpu", "cpu, 4, cpu", "cuda:0, 1, 0", "cuda:3, 4, 3"
    })
    void aSettingNamesADeviceByWhatIsThere(String setting, int gpus, String device) {
        assertThat(DeviceChoice.of(setting, gpus))
                .isEqualTo(device.equals("cpu") ? Device.cpu() : Device.gpu(Integer.parseInt(device)));
        assertThat(DeviceChoice.isCpu(setting, gpus)).isEqualTo(device.equals("cpu"));
    }

    @ParameterizedTest
    @CsvSource({"cuda:0, 0", "cuda:1, 1", "cuda:7, 4"})
    void aDeviceThatIsNotThereIsNamedBesideTheNumberThatIs(String setting, int gpus) {
        assertThatThrownBy(() -> DeviceChoice.of(setting, gpus))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(setting, "CUDA devices here: " + gpus, "-Pgpu");
        assertThat(DeviceChoice.isCpu(setting, gpus)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"false, 0, 0", "false, 2, 0", "true, 0, 1", "true, 1, 1", "true, 4, 4"})
    void aDeviceThatLibtorchHasIsThereWhetherOrNotItCanBeCounted(boolean usable, int counted, int devices) {
        assertThat(DeviceChoice.devices(usable, counted)).isEqualTo(devices);
    }

    @Test
    void withoutCudaAutoRunsOnTheCpuOfThisMachine() {
        int gpus = LoadedProgram.gpus();

        assertThat(LoadedProgram.onCpu(EncoderOptions.defaults().withDevice("auto")))
                .isEqualTo(gpus == 0);
        assertThat(LoadedProgram.onCpu(EncoderOptions.defaults().withDevice("cpu")))
                .isTrue();
        assertThat(DeviceChoice.of("auto", gpus)).isEqualTo(gpus == 0 ? Device.cpu() : Device.gpu(0));
    }
}
