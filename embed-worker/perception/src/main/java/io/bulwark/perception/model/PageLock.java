package io.bulwark.perception.model;

import ai.djl.ndarray.NDArray;
import io.bulwark.perception.model.torchscript.Attributes;
import io.bulwark.perception.model.torchscript.LinkCache;
import io.bulwark.perception.model.torchscript.Program;
import io.bulwark.perception.model.torchscript.TorchScriptLinker;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Copies an array in host memory into page-locked memory. DJL has no call for it, but a program that it runs may.
 *
 * @param options device and cache of a program
 */
record PageLock(EncoderOptions options) implements UnaryOperator<NDArray> {

    private static final Program PROGRAM = Program.beside(PageLock.class, "page_lock.py");

    /**
     * @return an array of its own on the same manager
     * @throws RuntimeException if libtorch has none to give, as one that was built for CPUs
     */
    @Override
    public NDArray apply(NDArray pageable) {
        String key = new Fingerprints()
                .text(LinkedPackage.LINKER)
                .text(PROGRAM.text())
                .hex();
        Path archive = new TorchScriptLinker(options.cache(), LinkCache.shipped())
                .link(key, PROGRAM, () -> Attributes.of(List.of()));
        try (LoadedProgram program = LoadedProgram.load("page-lock", archive, options, false)) {
            return program.forward(pageable).get(0);
        }
    }
}
