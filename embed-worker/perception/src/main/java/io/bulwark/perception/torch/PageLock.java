package io.bulwark.perception.torch;

import ai.djl.ndarray.NDArray;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.Fingerprints;
import io.bulwark.perception.torchscript.Attributes;
import io.bulwark.perception.torchscript.LinkCache;
import io.bulwark.perception.torchscript.Program;
import io.bulwark.perception.torchscript.TorchScriptLinker;
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
     * @return a new array on the same manager
     * @throws RuntimeException if libtorch has none to give, as one that was built for CPUs
     */
    @Override
    public NDArray apply(NDArray pageable) {
        String key = new Fingerprints()
                .text(TorchScriptLinker.VERSION)
                .text(PROGRAM.text())
                .hex();
        Path archive = new TorchScriptLinker(options.cache(), LinkCache.shipped())
                .link(key, PROGRAM, () -> Attributes.of(List.of()));
        try (LoadedProgram program = LoadedProgram.load("page-lock", archive, options, false)) {
            return program.forward(pageable).get(0);
        }
    }
}
