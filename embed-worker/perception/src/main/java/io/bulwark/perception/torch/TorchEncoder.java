package io.bulwark.perception.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.bulwark.perception.encoder.BatchShapes;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.Encoder.Embeddings;
import io.bulwark.perception.encoder.Encoder.EncoderException;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.torch.Staging.PageableStaging;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * An encoder that runs a program in libtorch. Counts between the shapes of {@link BatchShapes} are padded to the
 * next one by the {@link Staging}, larger ones are cut, so that the profiling executor sees few shapes.
 *
 * <p>Every array of a batch hangs on the batch's own manager, which the input was created on (a result belongs to the
 * manager of the first operand); nothing grows with the number of batches.
 */
public final class TorchEncoder implements Encoder {

    private final EncoderDescription description;
    private final EncoderProgram program;
    private final Staging staging;
    private final Supplier<Optional<LoadedProgram>> another;

    TorchEncoder(EncoderDescription description, EncoderProgram program, Staging staging) {
        this(description, program, staging, Optional::empty);
    }

    private TorchEncoder(
            EncoderDescription description,
            EncoderProgram program,
            Staging staging,
            Supplier<Optional<LoadedProgram>> another) {
        this.another = another;
        this.description = description;
        this.program = program;
        this.staging = staging;
    }

    /** @param options that the program was loaded with */
    public static TorchEncoder of(EncoderDescription description, EncoderProgram program, EncoderOptions options) {
        return new TorchEncoder(description, program, Staging.open(program, description.preprocess(), options));
    }

    /**
     * An encoder on the CPU whose program several threads may run at once. It runs it here: at its first call a program
     * packs its weights.
     *
     * @throws EncoderException if the device fails at that; the program is closed then
     */
    public static TorchEncoder shared(EncoderDescription description, LoadedProgram program) {
        TorchEncoder encoder = on(description, program);
        try {
            encoder.embed(ByteBuffer.allocateDirect(description.viewBytes()), 1);
        } catch (EncoderException refused) {
            encoder.close();
            throw refused;
        }
        return encoder;
    }

    private static TorchEncoder on(EncoderDescription description, LoadedProgram program) {
        return new TorchEncoder(description, program, new PageableStaging(description.preprocess()), program::another);
    }

    @Override
    public Optional<Encoder> another() {
        return another.get().map(program -> on(description, program));
    }

    @Override
    public EncoderDescription description() {
        return description;
    }

    @Override
    public Embeddings embed(ByteBuffer views, int count) {
        description.requireViews(views, count);
        int imageBytes = description.viewBytes();
        int classes = description.headClasses().size();
        float[] values = new float[count * description.dimension()];
        float[] head = new float[count * classes];
        for (int from = 0; from < count; ) {
            int taken = Math.min(count - from, BatchShapes.LARGEST);
            int shape = BatchShapes.shapeFor(taken);
            ByteBuffer batch = views.slice(views.position() + from * imageBytes, taken * imageBytes);
            run(batch, shape, from, taken, values, head);
            from += taken;
        }
        return new Embeddings(count, description.dimension(), values, head);
    }

    private void run(ByteBuffer pixels, int shape, int from, int taken, float[] values, float[] head) {
        try (NDManager batch = program.newManager()) {
            NDList answer = program.forward(staging.stage(batch, pixels, shape));
            copy(answer.get(0), values, from, taken, description.dimension());
            if (head.length > 0) {
                copy(answer.get(1), head, from, taken, description.headClasses().size());
            }
        } catch (RuntimeException e) {
            throw new EncoderException("encoder '%s' failed on a batch of %d".formatted(description.name(), shape), e);
        }
    }

    private static void copy(NDArray rows, float[] target, int from, int taken, int width) {
        System.arraycopy(rows.toFloatArray(), 0, target, from * width, taken * width);
    }

    @Override
    public void close() {
        staging.close();
        program.close();
    }
}
