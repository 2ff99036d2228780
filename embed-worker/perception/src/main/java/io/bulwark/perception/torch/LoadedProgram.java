package io.bulwark.perception.torch;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import io.bulwark.perception.encoder.Encoder.EncoderException;
import io.bulwark.perception.encoder.EncoderOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A TorchScript archive in libtorch's memory; a linked one has all entries of an encoder. One thread at a time. */
public final class LoadedProgram implements EncoderProgram {

    /** DJL's way to call another method than {@code forward}: an array of this name among the inputs. */
    private static final String METHOD = "module_method:";

    private final Model model;
    private final ParameterStore parameters;
    private final int threads;
    private final boolean trainable;
    private final AtomicInteger users;
    private ProgramWeights weights;
    private boolean closed;

    /** @param users that have the model, this one among them; the last to leave closes it */
    private LoadedProgram(Model model, int threads, boolean trainable, AtomicInteger users) {
        this.model = model;
        this.parameters = new ParameterStore(model.getNDManager(), false);
        this.threads = threads;
        this.trainable = trainable;
        this.users = users;
    }

    /**
     * Loads a linked archive.
     *
     * @param trainable whether gradients can be taken, of inputs and parameters; never true for inference
     * @throws EncoderException if the device or libtorch refuses it
     */
    public static LoadedProgram load(String name, Path archive, EncoderOptions options, boolean trainable) {
        return load(name, archive, options, trainable, "delete that file to have it linked again");
    }

    /** @param remedy what may help if it is refused */
    public static LoadedProgram load(
            String name, Path archive, EncoderOptions options, boolean trainable, String remedy) {
        Model model = null;
        try {
            // The count is asked for even where it does not matter: that loads the native library.
            Device device = DeviceChoice.of(options.device(), gpus());
            useThreads(options.threads());
            model = Model.newInstance(name, device, "PyTorch");
            String file = archive.getFileName().toString();
            String prefix = file.substring(0, file.lastIndexOf('.'));
            // Else a tensor is loaded to where it was saved from, and constants of a traced program stay there.
            Map<String, String> how = Map.of("mapLocation", "true", "trainParam", Boolean.toString(trainable));
            model.load(archive.getParent(), prefix, how);
            return new LoadedProgram(model, options.threads(), trainable, new AtomicInteger(1));
        } catch (IOException | MalformedModelException | RuntimeException e) {
            if (model != null) {
                model.close();
            }
            throw new EncoderException(
                    "model '%s' cannot be loaded on %s from %s (%s)".formatted(name, options.device(), archive, remedy),
                    e);
        }
    }

    /** For the operations that the calling thread runs. */
    public static void useThreads(int threads) {
        if (threads > 0) {
            JniUtils.setNumThreads(threads);
        }
    }

    /** Whether such an encoder would run on the CPU. */
    public static boolean onCpu(EncoderOptions options) {
        return DeviceChoice.isCpu(options.device(), gpus());
    }

    /** CUDA devices that libtorch sees. */
    static int gpus() {
        Engine engine = Engine.getEngine("PyTorch");
        return DeviceChoice.devices(engine.hasCapability(StandardCapabilities.CUDA), engine.getGpuCount());
    }

    @Override
    public NDManager newManager() {
        return model.getNDManager().newSubManager();
    }

    @Override
    public ProgramWeights weights() {
        if (weights == null) {
            weights = new ProgramWeights(model.getBlock().getDirectParameters());
        }
        return weights;
    }

    @Override
    public NDList forward(NDArray input) {
        return run(new NDList(input));
    }

    /** Runs {@code forward} as for inference, in a program that may be trainable. */
    NDList evaluate(NDArray input) {
        return model.getBlock().forward(parameters, new NDList(input), false);
    }

    @Override
    public NDList call(String method, NDArray input) {
        NDArray marker = input.getManager().zeros(new Shape(1));
        marker.setName(METHOD + method);
        return run(new NDList(input, marker));
    }

    /** Runs the {@code forward} of a program that is no encoder. */
    NDArray compute(NDArray... inputs) {
        return run(new NDList(inputs)).get(0);
    }

    private NDList run(NDList inputs) {
        return model.getBlock().forward(parameters, inputs, trainable);
    }

    /**
     * Whether gradients of the weights are computed as well. Attacks do without them, which spares half of the work.
     *
     * @param wanted true is what {@link #load} leaves behind
     */
    public void differentiateWeights(boolean wanted) {
        // Not setRequiresGradient on the arrays: a block's first call in training mode would undo it.
        model.getBlock().getParameters().values().forEach(parameter -> parameter.freeze(!wanted));
    }

    /** The same archive for the calling thread, once it has run on another; none if all who had it have closed it. */
    Optional<LoadedProgram> another() {
        if (users.getAndUpdate(count -> count == 0 ? 0 : count + 1) == 0) {
            return Optional.empty();
        }
        useThreads(threads);
        return Optional.of(new LoadedProgram(model, threads, trainable, users));
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (users.decrementAndGet() == 0) {
            model.close();
        }
    }

    /** What a setting of {@code auto}, {@code cpu} or {@code cuda:N} means on a machine. */
    static final class DeviceChoice {

        private static final String CUDA = "cuda:";

        private DeviceChoice() {}

        /**
         * CUDA devices as far as they are known. DJL counts them by the system's {@code libcudart.so} and says 0 where
         * there is the driver alone, as in a container. libtorch, which brings its own library, has a device there
         * nevertheless.
         *
         * @param usable whether libtorch says that it has one at least
         * @param counted what DJL counts
         */
        static int devices(boolean usable, int counted) {
            return usable ? Math.max(1, counted) : 0;
        }

        /**
         * The device of that name.
         *
         * @param name as {@link EncoderOptions#device} allows
         * @param gpus CUDA devices that libtorch sees; 0 also where its library was built for CPUs
         * @throws IllegalArgumentException if it is not there
         */
        static Device of(String name, int gpus) {
            if (name.equals("cpu") || name.equals("auto") && gpus == 0) {
                return Device.cpu();
            }
            int number = name.equals("auto") ? 0 : Integer.parseInt(name.substring(CUDA.length()));
            if (number >= gpus) {
                throw new IllegalArgumentException(
                        ("device '%s' is asked for, CUDA devices here: %d (a build with -Pgpu brings CUDA's libraries, "
                                        + "and more than one device is seen where the system has libcudart.so; set the device to cpu or "
                                        + "auto)")
                                .formatted(name, gpus));
            }
            return Device.gpu(number);
        }

        /** Whether that is the CPU; never fails, whatever is there. */
        static boolean isCpu(String name, int gpus) {
            return name.equals("cpu") || name.equals("auto") && gpus == 0;
        }
    }
}
