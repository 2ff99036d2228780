package io.bulwark.perception.torchscript;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of a program: optional comments, the line {@code class Program(Module):}, and methods in the dialect of
 * {@code torch.jit.save}. Tensors and numbers that {@link TorchScriptLinker} is given become attributes of {@code self};
 * dots in a tensor's name become underscores.
 *
 * @param name what messages call it
 * @param text the source
 */
public record Program(String name, String text) {

    static final String CLASS_LINE = "class Program(Module):\n";

    /** A line {@code include FILE ARGUMENT...}. */
    private static final Pattern INCLUDE = Pattern.compile("^include (\\S+)(.*)\n", Pattern.MULTILINE);

    public Program {
        if (!text.contains(CLASS_LINE)) {
            throw new IllegalArgumentException("program '" + name + "' lacks the line '" + CLASS_LINE.strip() + "'");
        }
    }

    /**
     * Reads a program that lies beside a class. A line {@code include FILE} stands for that file, {@code include FILE 1 2}
     * for it twice, with 1 and then 2 in place of <code>{0}</code>. Fingerprints of models are over the whole text.
     *
     * @param further methods of the same class in resources of their own, put behind those of the first
     * @throws IllegalArgumentException if there is no such resource, or it declares no {@code Program}
     */
    public static Program beside(Class<?> owner, String resource, String... further) {
        StringBuilder text = new StringBuilder(text(owner, resource, ""));
        for (String methods : further) {
            text.append(text(owner, methods, ""));
        }
        return new Program(resource, text.toString());
    }

    private static String text(Class<?> owner, String resource, String argument) {
        try (InputStream stream = owner.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalArgumentException("no program '" + resource + "' beside " + owner.getName());
            }
            String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8).replace("{0}", argument);
            return INCLUDE.matcher(text).replaceAll(include -> Matcher.quoteReplacement(included(owner, include)));
        } catch (IOException e) {
            throw new UncheckedIOException("program '" + resource + "' cannot be read", e);
        }
    }

    private static String included(Class<?> owner, MatchResult include) {
        StringBuilder lines = new StringBuilder();
        for (String argument : include.group(2).strip().split(" ")) {
            lines.append(text(owner, include.group(1), argument));
        }
        return lines.toString();
    }

    /**
     * A convolution whose weights XNNPACK packs once, when the archive is loaded: an attribute of type {@code
     * __torch__.torch.classes.xnnpack.Conv2dOpContext} that {@code ops.prepacked.conv2d_clamp_run(x, self.name)} runs
     * with bias and clamp fused in. For inference in fp32 on a CPU: it has no gradient.
     *
     * @param name the attribute, dots become underscores
     * @param weight {@code [O, I / groups, H, W]}, F32
     * @param bias {@code [O]}, F32
     * @param stride of both axes
     * @param padding of all four sides
     * @param groups 1, or the channels for a depthwise convolution
     * @param min lower bound of the output, if it is clamped
     * @param max upper bound of the output, if it is clamped
     * @see <a href="https://github.com/google/XNNPACK">XNNPACK</a>, which PyTorch's CPU libraries contain
     */
    public record PackedConvolution(
            String name,
            LinkTensor weight,
            LinkTensor bias,
            long stride,
            long padding,
            long groups,
            OptionalDouble min,
            OptionalDouble max) {

        static final String TYPE = "__torch__.torch.classes.xnnpack.Conv2dOpContext";

        String attribute() {
            return name.replace('.', '_');
        }

        /** The tuple that the class restores itself from; the storages of weight and bias have the given keys. */
        void pickle(PickleWriter pickle, int weightKey, int biasKey) {
            int dot = TYPE.lastIndexOf('.');
            pickle.global(TYPE.substring(0, dot), TYPE.substring(dot + 1))
                    .emptyTuple()
                    .newObject();
            pickle.mark().tensor(weight, weightKey).tensor(bias, biasKey);
            pickle.integerList(List.of(stride, stride));
            pickle.integerList(List.of(padding, padding));
            pickle.integerList(List.of(1L, 1L)).integer(groups);
            bound(pickle, min);
            bound(pickle, max);
            pickle.tuple().build();
        }

        private static void bound(PickleWriter pickle, OptionalDouble bound) {
            if (bound.isPresent()) {
                pickle.real(bound.getAsDouble());
            } else {
                pickle.none();
            }
        }
    }
}
