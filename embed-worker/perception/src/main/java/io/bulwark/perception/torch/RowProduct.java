package io.bulwark.perception.torch;

import ai.djl.ndarray.NDArray;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.Fingerprints;
import io.bulwark.perception.torchscript.Attributes;
import io.bulwark.perception.torchscript.Program;
import io.bulwark.perception.torchscript.TorchScriptLinker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Products of bf16 rows with queries. DJL has no bf16, but a program that it runs has. Loaded once in a process; any thread.
 *
 * <p>A product's error has two parts: the sum is made in fp32 in any order, and what comes out is rounded to bf16. An offset
 * is added in between, so that the products that are near its opposite keep more of their digits.
 * {@link #summing} and {@link #ROUNDING} bound the two.
 */
final class RowProduct {

    /** Half a unit in the last place of bf16: what rounding a value costs at most, as a share of it. */
    static final double ROUNDING = 0x1p-8;

    private static final Program PROGRAM = Program.beside(RowProduct.class, "row_product.py");

    private RowProduct() {}

    /**
     * What summing the products of a row of this many elements may be off, both of about unit length: D u / (1 - D u) with u
     * = 2^-24, in any order (Higham, Accuracy and Stability of Numerical Algorithms, 3.1), and a quarter more, so that lengths
     * that are not quite 1, an offset and rounding the exact cosine to fp32 are in it, too.
     */
    static double summing(int dimension) {
        return (dimension + 4) * 1.25 * 0x1p-24;
    }

    static NDArray empty(NDArray sizes) {
        return Loaded.PROGRAM.call("empty", sizes).get(0);
    }

    static NDArray multiply(NDArray rows, NDArray count, NDArray queries, NDArray offset) {
        return Loaded.PROGRAM.compute(rows, count, queries, offset);
    }

    /** Loaded when it is first needed. */
    private static final class Loaded {

        static final LoadedProgram PROGRAM = load();

        /** By a file that is not needed afterwards: a bank writes to the temporary folder alone. */
        private static LoadedProgram load() {
            String key = new Fingerprints()
                    .text(TorchScriptLinker.VERSION)
                    .text(RowProduct.PROGRAM.text())
                    .hex();
            try {
                Path folder = Files.createTempDirectory("bulwark-rows");
                Path archive =
                        new TorchScriptLinker(folder).link(key, RowProduct.PROGRAM, () -> Attributes.of(List.of()));
                try {
                    return LoadedProgram.load("rows", archive, EncoderOptions.defaults(), false);
                } finally {
                    Files.delete(archive);
                    Files.delete(folder);
                }
            } catch (IOException e) {
                throw new UncheckedIOException("The program that multiplies a bank's rows cannot be written", e);
            }
        }
    }
}
