package io.bulwark.perception.model.torchscript;

import io.bulwark.perception.model.safetensors.ElementType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Joins a program and its tensors into an archive that libtorch loads, once for each fingerprint. Several threads and
 * processes may link the same archive at once: each writes a draft of its own, and the last rename wins over equal bytes.
 */
public final class TorchScriptLinker {

    private static final String FOLDER = "program/";

    private final Path folder;

    /**
     * @param folder where archives are kept; made when first needed
     */
    public TorchScriptLinker(Path folder) {
        this.folder = folder;
    }

    /**
     * The archive of that fingerprint, written now unless it is there.
     *
     * @param fingerprint hexadecimal; stands for all other arguments, which are not looked at where the archive is there
     * @param program methods of the module
     * @param tensors become parameters of the module; asked for only where the archive is not there
     * @param constants numbers of the module by name: {@link Long}, {@link Double} or {@link Boolean}
     * @return a file named {@code <fingerprint>.pt}
     * @throws UncheckedIOException if it cannot be written; the message names the folder and its setting
     */
    public Path link(
            String fingerprint, Program program, Supplier<List<LinkTensor>> tensors, Map<String, Object> constants) {
        if (!fingerprint.matches("[0-9a-f]{16,64}")) {
            throw new IllegalArgumentException("'" + fingerprint + "' is not a fingerprint");
        }
        Path archive = folder.resolve(fingerprint + ".pt");
        if (Files.exists(archive)) {
            return archive;
        }
        Path draft = folder.resolve(fingerprint + "." + UUID.randomUUID() + ".draft");
        try {
            Files.createDirectories(folder);
            try {
                write(draft, program, tensors.get(), constants);
                Files.move(draft, archive, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(draft);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "program '%s' cannot be linked in %s (set %s to a folder that can be written): %s"
                            .formatted(program.name(), folder, LinkCache.SETTING, e.getMessage()),
                    e);
        }
        return archive;
    }

    private static void write(Path file, Program program, List<LinkTensor> tensors, Map<String, Object> constants)
            throws IOException {
        try (StoredZip zip = new StoredZip(file)) {
            zip.add(FOLDER + "data.pkl", module(tensors, constants));
            zip.add(FOLDER + "byteorder", ascii("little"));
            for (int i = 0; i < tensors.size(); i++) {
                zip.add(FOLDER + "data/" + i, tensors.get(i).data());
            }
            zip.add(FOLDER + "code/__torch__.py", ascii(source(program, tensors, constants)));
            zip.add(FOLDER + "constants.pkl", new PickleWriter().emptyTuple().finish());
            zip.add(FOLDER + "version", ascii("3\n"));
            zip.finish();
        }
    }

    /** The program with its attributes declared. */
    static String source(Program program, List<LinkTensor> tensors, Map<String, Object> constants) {
        StringBuilder attributes = new StringBuilder(Program.CLASS_LINE).append("  __parameters__ = [");
        tensors.forEach(
                tensor -> attributes.append('"').append(tensor.attribute()).append("\", "));
        attributes.append("]\n  __buffers__ = []\n  training : bool\n");
        Set<String> names = new HashSet<>(Set.of("training"));
        for (LinkTensor tensor : tensors) {
            declare(attributes, names, tensor.attribute(), "Tensor");
        }
        constants.forEach((name, value) -> declare(attributes, names, name, typeOf(name, value)));
        String text = program.text();
        int at = text.indexOf(Program.CLASS_LINE);
        return text.substring(0, at) + attributes + text.substring(at + Program.CLASS_LINE.length());
    }

    private static void declare(StringBuilder attributes, Set<String> names, String name, String type) {
        if (!name.matches("[A-Za-z_][A-Za-z0-9_]*") || !names.add(name)) {
            throw new IllegalArgumentException("'" + name + "' is taken or cannot be the name of an attribute");
        }
        attributes.append("  ").append(name).append(" : ").append(type).append('\n');
    }

    private static String typeOf(String name, Object value) {
        if (value instanceof Long) {
            return "int";
        } else if (value instanceof Double) {
            return "float";
        } else if (value instanceof Boolean) {
            return "bool";
        }
        throw new IllegalArgumentException("constant '" + name + "' is neither Long, Double nor Boolean");
    }

    private static byte[] module(List<LinkTensor> tensors, Map<String, Object> constants) {
        PickleWriter pickle = new PickleWriter();
        pickle.global("__torch__", "Program")
                .emptyTuple()
                .newObject()
                .emptyDict()
                .mark();
        pickle.text("training").bool(false);
        for (int i = 0; i < tensors.size(); i++) {
            pickle.text(tensors.get(i).attribute());
            tensor(pickle, tensors.get(i), i);
        }
        constants.forEach((name, value) -> {
            pickle.text(name);
            if (value instanceof Long number) {
                pickle.integer(number);
            } else if (value instanceof Double number) {
                pickle.real(number);
            } else {
                pickle.bool((Boolean) value);
            }
        });
        return pickle.setItems().build().finish();
    }

    private static void tensor(PickleWriter pickle, LinkTensor tensor, int key) {
        pickle.global("torch._utils", "_rebuild_tensor_v2").mark();
        pickle.mark().text("storage").global("torch", storage(tensor.type()));
        pickle.text(Integer.toString(key))
                .text("cpu")
                .integer(tensor.elements())
                .tuple()
                .persistentId();
        pickle.integer(0).integers(tensor.shape()).integers(tensor.strides()).bool(false);
        pickle.global("collections", "OrderedDict").emptyTuple().reduce();
        pickle.tuple().reduce();
    }

    private static String storage(ElementType type) {
        return switch (type) {
            case F16 -> "HalfStorage";
            case BF16 -> "BFloat16Storage";
            default -> "FloatStorage";
        };
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
