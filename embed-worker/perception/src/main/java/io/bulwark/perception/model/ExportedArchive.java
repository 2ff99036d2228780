package io.bulwark.perception.model;

import io.bulwark.perception.encoder.ModelPackageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Looks at a file that ought to be a TorchScript archive, without running anything of it: what else people take for one
 * is named, since libtorch's own messages do not help.
 */
final class ExportedArchive {

    private static final String HOW_TO_EXPORT =
            "; export the network with torch.jit.trace(model.eval(), example).save(\"model.pt\")";
    private static final int ZIP = 'P' << 8 | 'K';
    /** The opcode that a pickle of protocol 2 and later begins with. */
    private static final int PICKLE = 0x80;

    private static final int SAFETENSORS_HEADER_AT = 8;

    private ExportedArchive() {}

    /**
     * @return how many tensors' storages it holds
     * @throws ModelPackageException if it is no TorchScript archive; the message says what it is instead
     */
    static int storages(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new ModelPackageException("%s is missing; family '%s' wants it beside %s"
                    .formatted(file, ExportedManifest.FAMILY, PackageManifest.FILE));
        }
        byte[] head = head(file);
        if (head.length < 2 || ((head[0] & 0xff) << 8 | head[1] & 0xff) != ZIP) {
            throw new ModelPackageException(file + " is " + kind(head) + ", not a TorchScript archive" + HOW_TO_EXPORT);
        }
        return storagesOfZip(file);
    }

    private static byte[] head(Path file) throws IOException {
        try (InputStream stream = Files.newInputStream(file)) {
            return stream.readNBytes(SAFETENSORS_HEADER_AT + 1);
        }
    }

    private static String kind(byte[] head) {
        if (head.length > 0 && (head[0] & 0xff) == PICKLE) {
            return "a pickled checkpoint, which is never loaded";
        }
        if (head.length > SAFETENSORS_HEADER_AT && head[SAFETENSORS_HEADER_AT] == '{') {
            return "a safetensors file: weights without a program";
        }
        return head.length == 0 ? "empty" : "of some other kind";
    }

    private static int storagesOfZip(Path file) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            List<String> names = zip.stream().map(ZipEntry::getName).toList();
            String folder = names.stream()
                    .filter(name -> name.indexOf('/') == name.lastIndexOf('/') && name.endsWith("/data.pkl"))
                    .map(name -> name.substring(0, name.lastIndexOf('/') + 1))
                    .findFirst()
                    .orElseThrow(() -> new ModelPackageException(
                            file + " is a zip file without data.pkl, not a TorchScript archive" + HOW_TO_EXPORT));
            if (names.stream().noneMatch(name -> name.startsWith(folder + "code/"))
                    || !names.contains(folder + "constants.pkl")) {
                throw new ModelPackageException(file
                        + " is a pickled checkpoint (torch.save), which is never loaded: it holds weights without a"
                        + " program" + HOW_TO_EXPORT);
            }
            return (int) names.stream()
                    .filter(name -> name.startsWith(folder + "data/"))
                    .count();
        } catch (java.util.zip.ZipException e) {
            throw new ModelPackageException(
                    "%s is truncated or broken, no TorchScript archive can be read from it: %s"
                            .formatted(file, e.getMessage()),
                    e);
        }
    }
}
