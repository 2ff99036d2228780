package io.bulwark.perception.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.perception.encoder.BatchShapes;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.Encoder.Embeddings;
import io.bulwark.perception.encoder.Encoder.EncoderException;
import io.bulwark.perception.encoder.EncoderDescription;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An encoder that runs a model in ONNX Runtime, on the CPU, in fp32. Batches above {@link BatchShapes#LARGEST} are cut, so
 * that the memory which a session keeps is that of such a batch.
 */
public final class OnnxEncoder implements Encoder {

    private final EncoderDescription description;
    private final OrtSession session;
    private final Runnable beforeFirst;
    private final AtomicInteger users;
    private boolean closed;

    private OnnxEncoder(EncoderDescription description, OrtSession session, Runnable beforeFirst, AtomicInteger users) {
        this.description = description;
        this.session = session;
        this.beforeFirst = beforeFirst;
        this.users = users;
    }

    /**
     * Loads a model.
     *
     * @param description of an encoder without classes
     * @param model as {@link OnnxGraph#model} writes it
     * @param threads within an operation; -1 leaves it to ONNX Runtime
     * @param beforeFirst called here and by each {@link #another()}, on the thread that will embed
     * @throws EncoderException if ONNX Runtime is not there for this machine, or refuses the model
     */
    public static OnnxEncoder load(EncoderDescription description, byte[] model, int threads, Runnable beforeFirst) {
        try (SessionOptions options = new SessionOptions()) {
            options.setIntraOpNumThreads(Math.max(0, threads));
            // Threads that wait sleep: the cores are the decoders' and the broker's as well.
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            OrtSession session = OrtEnvironment.getEnvironment().createSession(model, options);
            beforeFirst.run();
            return new OnnxEncoder(description, session, beforeFirst, new AtomicInteger(1));
        } catch (OrtException | LinkageError e) {
            throw new EncoderException("model '%s' cannot be loaded by ONNX Runtime".formatted(description.name()), e);
        }
    }

    @Override
    public Optional<Encoder> another() {
        if (users.getAndUpdate(count -> count == 0 ? 0 : count + 1) == 0) {
            return Optional.empty();
        }
        beforeFirst.run();
        return Optional.of(new OnnxEncoder(description, session, beforeFirst, users));
    }

    @Override
    public EncoderDescription description() {
        return description;
    }

    @Override
    public Embeddings embed(ByteBuffer views, int count) {
        description.requireViews(views, count);
        int imageBytes = description.viewBytes();
        float[] values = new float[count * description.dimension()];
        for (int from = 0; from < count; from += BatchShapes.LARGEST) {
            int taken = Math.min(count - from, BatchShapes.LARGEST);
            run(views.slice(views.position() + from * imageBytes, taken * imageBytes), taken, values, from);
        }
        return new Embeddings(count, description.dimension(), values, new float[0]);
    }

    private void run(ByteBuffer pixels, int count, float[] values, int from) {
        PreprocessSpec input = description.preprocess();
        long[] shape = {count, input.height(), input.width(), 3};
        try (OnnxTensor batch =
                        OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), pixels, shape, OnnxJavaType.UINT8);
                OrtSession.Result answer = session.run(Map.of(OnnxGraph.INPUT, batch))) {
            ((OnnxTensor) answer.get(0))
                    .getFloatBuffer()
                    .get(values, from * description.dimension(), count * description.dimension());
        } catch (OrtException e) {
            throw new EncoderException("encoder '%s' failed on a batch of %d".formatted(description.name(), count), e);
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (users.decrementAndGet() > 0) {
            return;
        }
        try {
            session.close();
        } catch (OrtException e) {
            throw new EncoderException("encoder '%s' cannot be closed".formatted(description.name()), e);
        }
    }
}
