package io.bulwark.perception.torch;

import ai.djl.Device;
import io.bulwark.perception.encoder.EncoderOptions;

/** What a setting of {@code auto}, {@code cpu} or {@code cuda:N} means on a machine. */
final class DeviceChoice {

    private static final String CUDA = "cuda:";

    private DeviceChoice() {}

    /**
     * CUDA devices as far as they are known. DJL counts them by the system's {@code libcudart.so} and says 0 where there
     * is the driver alone, as in a container. libtorch, which brings its own library, has a device there
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
