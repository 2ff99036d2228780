package io.bulwark.perception.model.family;

import io.bulwark.perception.model.family.Family.Piece;
import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.torchscript.LinkTensor;
import io.bulwark.perception.torchscript.Program;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** A family's function by another program: it reads the same tensors. */
interface OtherProgram extends Family {

    /** Whose function it is. */
    Family network();

    @Override
    default String name() {
        return network().name();
    }

    @Override
    default int dimension() {
        return network().dimension();
    }

    @Override
    default Map<String, List<Long>> tensors() {
        return network().tensors();
    }

    @Override
    default List<Piece> pieces() {
        return network().pieces();
    }

    @Override
    default long multiplications() {
        return network().multiplications();
    }

    /**
     * A network of ReLU6 for gradients: its activations are not clipped in place, since autograd would copy each of
     * them first. The same function to the bit.
     *
     * @param network whose tensors and program it takes
     */
    record OutOfPlace(Family network) implements OtherProgram {

        @Override
        public Program program() {
            Program inPlace = network.program();
            return new Program(inPlace.name(), inPlace.text().replace("torch.hardtanh_(", "torch.hardtanh("));
        }

        @Override
        public List<LinkTensor> layOut(Weights weights, ElementType type) {
            return network.layOut(weights, type);
        }

        @Override
        public SortedMap<String, Object> constants() {
            return network.constants();
        }
    }
}
