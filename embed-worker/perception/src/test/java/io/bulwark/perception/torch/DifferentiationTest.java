package io.bulwark.perception.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DifferentiationTest {

    private static final float[] VALUES = {1.5f, -2, 0.25f};

    @Test
    void whatIsCopiedFromADeviceLeavesNothingOnTheManagerOfTheWeights() {
        try (NDManager weights = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            List<NDManager> below = new ArrayList<>();

            float[] found = Differentiation.floats(onDevice(weights.create(VALUES), below));

            assertThat(found).isEqualTo(VALUES);
            assertThat(below).hasSize(1).allMatch(manager -> !manager.isOpen());
            assertThat(weights.isOpen()).isTrue();
            assertThat(weights.getManagedArrays()).hasSize(1);
        }
    }

    @Test
    void whatLiesInTheHostsMemoryIsReadThere() {
        try (NDManager memory = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            NDArray array = memory.create(VALUES);

            assertThat(Differentiation.floats(array)).isEqualTo(VALUES);
            assertThat(memory.getManagedArrays()).containsExactly(array);
        }
    }

    /** An array that says that it is on a GPU, and is copied from there as DJL does it: to a new manager below its own. */
    private static NDArray onDevice(NDArray array, List<NDManager> below) {
        return (NDArray) Proxy.newProxyInstance(
                NDArray.class.getClassLoader(), new Class<?>[] {NDArray.class}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "getDevice":
                            return Device.gpu(0);
                        case "toDevice":
                            NDArray copy = array.duplicate();
                            below.add(array.getManager().newSubManager((Device) arguments[0]));
                            copy.attach(below.get(below.size() - 1));
                            return copy;
                        default:
                            throw new AssertionError("asked for " + method + " of an array that is not here");
                    }
                });
    }
}
