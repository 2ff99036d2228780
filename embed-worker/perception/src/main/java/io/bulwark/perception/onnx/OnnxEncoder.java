package io.bulwark.perception.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.perception.encoder.BatchShapes;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.Encoder.Embeddings;
import io.bulwark.perception.encoder.Encoder.EncoderException;
import io.bulwark.perception.encoder.EncoderDescription;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
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
    private final int threads;
    private final Runnable beforeFirst;
    private final AtomicInteger users;
    private boolean closed;

    private OnnxEncoder(
            EncoderDescription description,
            OrtSession session,
            int threads,
            Runnable beforeFirst,
            AtomicInteger users) {
        this.description = description;
        this.session = session;
        this.threads = threads;
        this.beforeFirst = beforeFirst;
        this.users = users;
    }

    /**
     * Loads a model.
     *
     * @param description of an encoder without classes
     * @param model as {@link OnnxGraph#model} writes it
     * @param threads within an operation; -1: the cores that this process may use
     * @param beforeFirst called here and by each {@link #another()}, on the thread that will embed
     * @throws EncoderException if ONNX Runtime is not there for this machine, or refuses the model
     */
    public static OnnxEncoder load(EncoderDescription description, byte[] model, int threads, Runnable beforeFirst) {
        beforeFirst.run();
        try (SessionOptions options = new SessionOptions()) {
            // Its own choice is the machine's cores, whatever a container may use.
            options.setIntraOpNumThreads(
                    threads > 0 ? threads : Runtime.getRuntime().availableProcessors());
            // Threads that wait sleep: the cores are the decoders' and the broker's as well.
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            OrtSession session = Environment.HELD.createSession(model, options);
            return new OnnxEncoder(description, session, threads, beforeFirst, new AtomicInteger(1));
        } catch (OrtException | LinkageError e) {
            throw new EncoderException("model '%s' cannot be loaded by ONNX Runtime".formatted(description.name()), e);
        }
    }

    /** None where an operation has several threads: they belong to the session, and one more user would get none. */
    @Override
    public Optional<Encoder> another() {
        if (threads != 1 || users.getAndUpdate(count -> count == 0 ? 0 : count + 1) == 0) {
            return Optional.empty();
        }
        beforeFirst.run();
        return Optional.of(new OnnxEncoder(description, session, threads, beforeFirst, users));
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
        try (OnnxTensor batch = OnnxTensor.createTensor(Environment.HELD, pixels, shape, OnnxJavaType.UINT8);
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

    /**
     * The runtime's environment, held until the process ends. {@link OrtEnvironment} registers a shutdown hook that
     * releases it without asking who still runs; what is opened or logged after that crashes the process, while a worker
     * drains. The native environment counts its references, so one more keeps it.
     */
    private static final class Environment {

        static final OrtEnvironment HELD = held();

        private Environment() {}

        private static OrtEnvironment held() {
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            try {
                Field api = Class.forName("ai.onnxruntime.OnnxRuntime").getDeclaredField("ortApiHandle");
                Method create =
                        OrtEnvironment.class.getDeclaredMethod("createHandle", long.class, int.class, String.class);
                api.setAccessible(true);
                create.setAccessible(true);
                create.invoke(null, api.getLong(null), OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING.getValue(), "bulwark");
                return environment;
            } catch (ReflectiveOperationException e) {
                throw new LinkageError("this version of ONNX Runtime cannot be kept from its shutdown hook", e);
            }
        }
    }
}
