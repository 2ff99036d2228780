package io.bulwark.perception.torchscript;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

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

    public Program {
        if (!text.contains(CLASS_LINE)) {
            throw new IllegalArgumentException("program '" + name + "' lacks the line '" + CLASS_LINE.strip() + "'");
        }
    }

    /**
     * Reads a program that lies beside a class.
     *
     * @param further methods of the same class in resources of their own, put behind those of the first
     * @throws IllegalArgumentException if there is no such resource, or it declares no {@code Program}
     */
    public static Program beside(Class<?> owner, String resource, String... further) {
        StringBuilder text = new StringBuilder(text(owner, resource));
        for (String methods : further) {
            text.append(text(owner, methods));
        }
        return new Program(resource, text.toString());
    }

    private static String text(Class<?> owner, String resource) {
        try (InputStream stream = owner.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalArgumentException("no program '" + resource + "' beside " + owner.getName());
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("program '" + resource + "' cannot be read", e);
        }
    }
}
