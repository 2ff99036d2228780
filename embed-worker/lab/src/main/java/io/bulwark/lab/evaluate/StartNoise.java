package io.bulwark.lab.evaluate;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.lab.attack.Norm;
import io.bulwark.lab.attack.gradient.FirstStart;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.safetensors.SafetensorsException;
import io.bulwark.perception.safetensors.SafetensorsFile;
import io.bulwark.perception.safetensors.SafetensorsFile.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;

/**
 * Starting noise that another program drew, so that its attack and this one can be compared question by question: a
 * safetensors file with a tensor for each norm, {@code linf} and {@code l2}, F32 of {@code [questions, 3, H, W]} in
 * units of epsilon. The file stays mapped for the run. One thread.
 */
record StartNoise(Path file, SafetensorsFile tensors) implements FirstStart.Noise {

    /** @throws CommandFailure if it is no such file */
    static FirstStart read(Path file) {
        try {
            SafetensorsFile tensors = SafetensorsFile.open(file);
            for (TensorInfo tensor : tensors.tensors().values()) {
                require(file, tensor);
            }
            String digest = HexFormat.of().formatHex(Sha256.newDigest().digest(Files.readAllBytes(file)));
            return new FirstStart.Given(digest, new StartNoise(file, tensors));
        } catch (IOException | SafetensorsException e) {
            throw CommandFailure.usage("--start is neither 'picture' nor 'random', and no file of noise: " + e);
        }
    }

    private static void require(Path file, TensorInfo tensor) {
        List<String> norms = List.of(Norm.LINF.label(), Norm.L2.label());
        List<Long> shape = tensor.shape();
        if (!norms.contains(tensor.name())
                || tensor.type() != ElementType.F32
                || shape.size() != 4
                || shape.get(1) != 3
                || tensor.bytes() > Integer.MAX_VALUE) {
            throw CommandFailure.usage("--start %s: tensor '%s' is %s of %s; wanted are %s, F32 of [questions, 3, H, W]"
                            .formatted(file, tensor.name(), tensor.type(), shape, norms)
                    + " and less than 2 GiB");
        }
    }

    @Override
    public float[] of(Norm norm, long identity, int length) {
        TensorInfo tensor = tensors.tensors().get(norm.label());
        if (tensor == null) {
            throw CommandFailure.usage("--start %s: there is no tensor '%s'".formatted(file, norm.label()));
        }
        long questions = tensor.shape().get(0);
        if (identity >= questions || tensor.elements() != questions * length) {
            throw CommandFailure.usage("--start %s: tensor '%s' is %s; question %d of %d values is asked for"
                    .formatted(file, norm.label(), tensor.shape(), identity, length));
        }
        ByteBuffer bytes = tensors.bytes(norm.label()).order(ByteOrder.LITTLE_ENDIAN);
        float[] noise = new float[length];
        bytes.asFloatBuffer().position((int) (identity * length)).get(noise);
        return noise;
    }
}
