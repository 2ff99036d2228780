package io.bulwark.perception.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderDescription.Fingerprints;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.encoder.ModelPackageException;
import io.bulwark.perception.encoder.TextEncoder;
import io.bulwark.perception.encoder.TrainableEncoder;
import io.bulwark.perception.torch.ExportedProgram;
import io.bulwark.perception.torch.TorchDifferentiableEncoder;
import io.bulwark.perception.torch.TorchEncoder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A network that was exported from PyTorch: {@code model.pt}, a TorchScript archive, and {@code model.json}.
 *
 * <p>Its program runs, so the operator must have put it there: TorchScript can open files. From {@code
 * hf://} such a package is refused.
 */
final class ExportedPackage implements ModelPackage {

    /** The program's file. */
    static final String PROGRAM = "model.pt";

    private final ExportedManifest manifest;
    private final Path program;
    private final WeightsSummary weights;

    private ExportedPackage(ExportedManifest manifest, Path program, WeightsSummary weights) {
        this.manifest = manifest;
        this.program = program;
        this.weights = weights;
    }

    /** Checks the files; nothing of the program is run yet. */
    static ExportedPackage open(PackageFiles files) throws IOException {
        ExportedManifest manifest = ExportedManifest.read(files);
        Path program = files.program(PROGRAM);
        int storages = ExportedArchive.storages(program);
        return new ExportedPackage(
                manifest, program, new WeightsSummary(PROGRAM, storages, 0, Files.size(program), Map.of()));
    }

    @Override
    public PackageManifest manifest() {
        return manifest.common();
    }

    @Override
    public boolean isExported() {
        return true;
    }

    @Override
    public boolean hasText() {
        return false;
    }

    @Override
    public long multiplications() {
        return 0;
    }

    @Override
    public WeightsSummary weightsSummary() {
        return weights;
    }

    @Override
    public List<Precision> precisions() {
        return List.of(Precision.FP32);
    }

    @Override
    public EncoderDescription describe(Precision precision) {
        if (precision != Precision.FP32) {
            throw new ModelPackageException(
                    ("model '%s' cannot be had in %s: an exported program computes in the precision that it was "
                                    + "exported in; set bulwark.encoder.precision (--precision) to fp32")
                            .formatted(program, precision.label()));
        }
        try {
            String fingerprint = new Fingerprints()
                    .text(ExportedManifest.FAMILY)
                    .text(precision.label())
                    .text(Integer.toString(manifest.dimension()))
                    .text(manifest.preprocess().canonical())
                    .text(manifest.headClasses().toString())
                    .file(program)
                    .hex();
            return new EncoderDescription(
                    fingerprint,
                    manifest.name(),
                    ExportedManifest.FAMILY,
                    manifest.dimension(),
                    precision.label(),
                    manifest.preprocess(),
                    manifest.headClasses());
        } catch (IOException e) {
            throw new ModelPackageException("%s: cannot be read: %s".formatted(program, e), e);
        }
    }

    @Override
    public Set<Path> link(EncoderOptions options) {
        throw new ModelPackageException(
                "model '%s' is an exported program, which is loaded as it lies: there is nothing to link"
                        .formatted(program));
    }

    @Override
    public Encoder openEncoder(EncoderOptions options) {
        Precision precision = options.precision() == Precision.AUTO ? Precision.FP32 : options.precision();
        EncoderDescription description = describe(precision);
        return TorchEncoder.of(description, ExportedProgram.load(program, description, options, false), options);
    }

    @Override
    public DifferentiableEncoder openDifferentiable(EncoderOptions options) {
        EncoderDescription description = describe(Precision.FP32);
        return new TorchDifferentiableEncoder(description, ExportedProgram.load(program, description, options, true));
    }

    @Override
    public TrainableEncoder openTrainable(EncoderOptions options) {
        throw notTrained();
    }

    @Override
    public void save(TunedModel tuned, Path folder) {
        throw notTrained();
    }

    private ModelPackageException notTrained() {
        return new ModelPackageException(
                "model '%s' is an exported program, which cannot be trained: train a package of one of Bulwark's families"
                        .formatted(program));
    }

    @Override
    public TextEncoder openText(EncoderOptions options) {
        throw new ModelPackageException("model '%s' has no text encoder".formatted(program));
    }

    /**
     * Looks at a file that ought to be a TorchScript archive, without running anything of it: what else people take for
     * one is named, since libtorch's own messages do not help.
     */
    static final class ExportedArchive {

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
                throw new ModelPackageException(
                        file + " is " + kind(head) + ", not a TorchScript archive" + HOW_TO_EXPORT);
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

    /**
     * The {@code model.json} beside a program that was exported from PyTorch. It contains what other packages' families
     * know.
     *
     * @param name for people
     * @param family {@link #FAMILY}
     * @param dimension length of an embedding
     * @param preprocess what happens between decoder and program; mean and deviation are applied to values in [0, 1]
     *     before the program is called (0 and 1 where the program applies its own)
     * @param headClasses classes of the second answer, logits, in their order; empty where the program answers
     *     embeddings alone
     * @param provenance where the program comes from
     */
    record ExportedManifest(
            String name,
            String family,
            int dimension,
            PreprocessSpec preprocess,
            List<String> headClasses,
            Map<String, String> provenance) {

        /** The family's name. */
        static final String FAMILY = "torchscript";

        ExportedManifest {
            headClasses = List.copyOf(headClasses);
            provenance = Map.copyOf(provenance);
            if (dimension < 1) {
                throw new IllegalArgumentException("dimension is " + dimension + ", allowed are 1 and more");
            }
        }

        /** Whether the files' manifest names this family; errors of a manifest are reported where it is read. */
        static boolean isIn(PackageFiles files) throws IOException {
            Optional<byte[]> json = files.read(PackageManifest.FILE);
            try {
                return json.isPresent()
                        && new ObjectMapper()
                                .readTree(json.get())
                                .path("family")
                                .asText()
                                .equals(FAMILY);
            } catch (JsonProcessingException noJson) {
                return false;
            }
        }

        /** @throws ModelPackageException if the manifest lacks something or says something else besides */
        static ExportedManifest read(PackageFiles files) throws IOException {
            return PackageManifest.parse(
                    files.location() + "/" + PackageManifest.FILE,
                    files.read(PackageManifest.FILE).orElseThrow(),
                    ExportedManifest.class);
        }

        /** What it has in common with other packages' manifests. */
        PackageManifest common() {
            return new PackageManifest(name, family, preprocess, headClasses, provenance);
        }
    }
}
