package io.bulwark.perception.model.family;

import io.bulwark.perception.model.safetensors.ElementType;
import io.bulwark.perception.model.torchscript.LinkTensor;
import io.bulwark.perception.model.torchscript.Program;
import java.util.List;
import java.util.Map;

/**
 * {@link MobileNetV2} for gradients: its activations are not clipped in place, since autograd would copy each of them
 * first. The same function to the bit.
 *
 * @param network whose tensors and program it takes
 */
record DifferentiatedMobileNetV2(MobileNetV2 network) implements Family {

    @Override
    public String name() {
        return network.name();
    }

    @Override
    public int dimension() {
        return network.dimension();
    }

    @Override
    public Program program() {
        Program inPlace = network.program();
        return new Program(inPlace.name(), inPlace.text().replace("torch.hardtanh_(", "torch.hardtanh("));
    }

    @Override
    public Map<String, List<Long>> tensors() {
        return network.tensors();
    }

    @Override
    public List<Piece> pieces() {
        return network.pieces();
    }

    @Override
    public List<LinkTensor> layOut(Weights weights, ElementType type) {
        return network.layOut(weights, type);
    }
}
