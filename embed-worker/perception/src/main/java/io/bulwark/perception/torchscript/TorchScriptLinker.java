package io.bulwark.perception.torchscript;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Joins a program and its tensors into an archive that libtorch loads, once for each fingerprint. Several threads and
 * processes may link the same archive at once: each writes its own draft, and the last rename wins over equal bytes.
 */
public final class TorchScriptLinker {

    /** Part of every archive's name: raise it when what the linker writes for the same input changes. */
    public static final String VERSION = "link-2";

    private static final String FOLDER = "program/";

    private final Path folder;
    private final List<Path> shipped;

    /**
     * @param folder where archives are kept; made when first needed
     */
    public TorchScriptLinker(Path folder) {
        this(folder, List.of());
    }

    /**
     * @param folder where archives are kept; made when first needed
     * @param shipped folders to look into before anything is written, never written themselves
     */
    public TorchScriptLinker(Path folder, List<Path> shipped) {
        this.folder = folder;
        this.shipped = List.copyOf(shipped);
    }

    /**
     * The archive of that fingerprint, written now unless it is there.
     *
     * @param fingerprint hexadecimal; stands for all other arguments, which are not looked at where the archive is there
     * @param program methods of the module
     * @param attributes of the module; asked for only where the archive is not there
     * @return a file named {@code <fingerprint>.pt}
     * @throws UncheckedIOException if it cannot be written; the message names the folder and its setting
     */
    public Path link(String fingerprint, Program program, Supplier<Attributes> attributes) {
        if (!fingerprint.matches("[0-9a-f]{16,64}")) {
            throw new IllegalArgumentException("'" + fingerprint + "' is not a fingerprint");
        }
        String name = fingerprint + ".pt";
        Path archive = folder.resolve(name);
        Optional<Path> present = Stream.concat(shipped.stream().map(base -> base.resolve(name)), Stream.of(archive))
                .filter(Files::exists)
                .findFirst();
        if (present.isPresent()) {
            return present.get();
        }
        Path draft = folder.resolve(fingerprint + "." + UUID.randomUUID() + ".draft");
        try {
            Files.createDirectories(folder);
            try {
                write(draft, program, attributes.get());
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

    private static void write(Path file, Program program, Attributes attributes) throws IOException {
        try (StoredZip zip = new StoredZip(file)) {
            write(zip, program, attributes);
        }
    }

    static void write(StoredZip zip, Program program, Attributes attributes) throws IOException {
        zip.add(FOLDER + "data.pkl", attributes.pickle());
        zip.add(FOLDER + "byteorder", ascii("little"));
        List<LinkTensor> storages = attributes.storages();
        for (int i = 0; i < storages.size(); i++) {
            LinkTensor storage = storages.get(i);
            zip.add(FOLDER + "data/" + i, storage.bytes(), storage.data());
        }
        zip.add(FOLDER + "code/__torch__.py", ascii(source(program, attributes)));
        zip.add(FOLDER + "constants.pkl", new PickleWriter().emptyTuple().finish());
        zip.add(FOLDER + "version", ascii("3\n"));
        zip.finish();
    }

    /** The program with its attributes declared. */
    static String source(Program program, Attributes attributes) {
        return program.text().replace(Program.CLASS_LINE, Program.CLASS_LINE + attributes.declarations());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
