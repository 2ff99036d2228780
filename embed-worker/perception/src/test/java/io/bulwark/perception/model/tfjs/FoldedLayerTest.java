package io.bulwark.perception.model.tfjs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.perception.model.safetensors.ElementType;
import io.bulwark.perception.model.safetensors.SafetensorsFile;
import io.bulwark.perception.model.safetensors.SafetensorsWriter;
import io.bulwark.perception.model.tfjs.FoldedLayer.Layout;
import io.bulwark.perception.model.tfjs.TfjsModel.Weight;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoldedLayerTest {

    @TempDir
    Path folder;

    private SafetensorsFile written(FoldedLayer layer) throws Exception {
        Path file = folder.resolve("layer.safetensors");
        SafetensorsWriter writer = new SafetensorsWriter();
        layer.writeTo(writer, "x");
        writer.write(file);
        return SafetensorsFile.open(file);
    }

    private static float[] counted(int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = i;
        }
        return values;
    }

    @Test
    void aConvolutionsOutputChannelComesFirstAndIsScaled() throws Exception {
        int height = 2;
        int width = 3;
        int in = 4;
        int out = 5;
        Weight kernel = new Weight(new int[] {height, width, in, out}, counted(height * width * in * out), 1, 0, false);
        double[] gain = {1, 2, 3, 4, 5};
        try (SafetensorsFile file = written(new FoldedLayer(kernel, gain, new double[out], Layout.CONVOLUTION))) {
            float[] found = file.floats("x.weight");
            assertThat(file.tensor("x.weight").shape()).isEqualTo(List.of(5L, 4L, 2L, 3L));
            for (int o = 0; o < out; o++) {
                for (int i = 0; i < in; i++) {
                    for (int y = 0; y < height; y++) {
                        for (int x = 0; x < width; x++) {
                            double stored = ((y * width + x) * in + i) * out + o;
                            assertThat((double) found[((o * in + i) * height + y) * width + x])
                                    .isEqualTo(gain[o] * stored);
                        }
                    }
                }
            }
        }
    }

    @Test
    void aDepthwiseKernelHasOneFilterForEachChannel() throws Exception {
        Weight kernel = new Weight(new int[] {3, 3, 2, 1}, counted(18), 1, 0, false);
        FoldedLayer layer = new FoldedLayer(kernel, new double[] {1, 1}, new double[2], Layout.DEPTHWISE);
        try (SafetensorsFile file = written(layer)) {
            assertThat(file.tensor("x.weight").shape()).isEqualTo(List.of(2L, 1L, 3L, 3L));
            assertThat(file.floats("x.weight"))
                    .containsExactly(0, 2, 4, 6, 8, 10, 12, 14, 16, 1, 3, 5, 7, 9, 11, 13, 15, 17);
        }
    }

    @Test
    void aDenseKernelIsTransposed() throws Exception {
        Weight kernel = new Weight(new int[] {3, 2}, counted(6), 1, 0, false);
        FoldedLayer layer = new FoldedLayer(kernel, new double[] {1, 1}, new double[] {7, 8}, Layout.DENSE);
        try (SafetensorsFile file = written(layer)) {
            assertThat(file.floats("x.weight")).containsExactly(0, 2, 4, 1, 3, 5);
            assertThat(file.floats("x.bias")).containsExactly(7, 8);
        }
    }

    @Test
    void quantisedBytesStayBytesAndTheGainGoesToTheirScaleAndMinimum() throws Exception {
        Weight kernel = new Weight(new int[] {2, 2}, new float[] {0, 255, 128, 1}, 0.5, -10, true);
        FoldedLayer layer = new FoldedLayer(kernel, new double[] {2, -3}, new double[2], Layout.DENSE);
        try (SafetensorsFile file = written(layer)) {
            assertThat(file.tensor("x.weight").type()).isEqualTo(ElementType.U8);
            float[] scale = file.floats("x.weight.scale");
            float[] min = file.floats("x.weight.min");
            for (int o = 0; o < 2; o++) {
                for (int i = 0; i < 2; i++) {
                    double wanted = layer.gain()[o] * kernel.value(i * 2 + o);
                    int stored = file.bytes("x.weight").get(o * 2 + i) & 0xff;
                    assertThat((double) min[o] + scale[o] * stored).isCloseTo(wanted, within(1e-6));
                }
            }
        }
    }
}
