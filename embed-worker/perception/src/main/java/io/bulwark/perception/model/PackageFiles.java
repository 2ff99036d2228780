package io.bulwark.perception.model;

import io.bulwark.perception.encoder.ModelPackageException;
import io.bulwark.perception.hub.HubLocation;
import io.bulwark.perception.hub.ModelHub;
import io.bulwark.perception.hub.ModelHub.DownloadProgress;
import io.bulwark.perception.hub.ModelHub.HubException;
import io.bulwark.perception.hub.ModelHub.HubSettings;
import io.bulwark.perception.model.ExportedPackage.ExportedManifest;
import io.bulwark.perception.safetensors.SafetensorsFile;
import io.bulwark.perception.torchscript.TorchScriptLinker.LinkCache;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The files of a package, in a folder or on the class path. */
sealed interface PackageFiles {

    String CLASSPATH = "classpath:";

    /** What messages call the package. */
    String location();

    /** A file's bytes, empty if there is none. */
    Optional<byte[]> read(String name) throws IOException;

    /** A file of weights. */
    SafetensorsFile weights(String name) throws IOException;

    /** Whether there is such a file. */
    boolean has(String name);

    /**
     * The path of a file that will be run.
     *
     * @throws ModelPackageException if it does not lie in a folder of the operator
     */
    Path program(String name);

    /** Names of what is there, as far as it can be listed. */
    List<String> names();

    static PackageFiles at(String location, DownloadProgress progress) {
        if (location.startsWith(CLASSPATH)) {
            return new OnClassPath(location);
        }
        if (location.startsWith(HubLocation.SCHEME)) {
            return new InFolder(fetched(location, progress), true);
        }
        Path folder = Path.of(location);
        if (!Files.isDirectory(folder)) {
            throw new ModelPackageException(
                    "model '%s' is neither a folder nor a %sfolder/of/the/package nor hf://owner/name; set bulwark.model"
                                    .formatted(location, CLASSPATH)
                            + " to one");
        }
        return new InFolder(folder, false);
    }

    private static Path fetched(String location, DownloadProgress progress) {
        try {
            HubSettings settings =
                    HubSettings.fromEnvironment(LinkCache.folder().resolve("hub"));
            return new ModelHub(settings).fetch(HubLocation.parse(location), progress);
        } catch (HubException | IllegalArgumentException e) {
            throw new ModelPackageException(e.getMessage(), e);
        }
    }

    /**
     * A folder.
     *
     * @param downloaded whether its files came from the hub
     */
    record InFolder(Path folder, boolean downloaded) implements PackageFiles {

        @Override
        public String location() {
            return folder.toString();
        }

        @Override
        public Optional<byte[]> read(String name) throws IOException {
            Path file = folder.resolve(name);
            return Files.isRegularFile(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
        }

        @Override
        public SafetensorsFile weights(String name) throws IOException {
            return SafetensorsFile.open(folder.resolve(name));
        }

        @Override
        public boolean has(String name) {
            return Files.isRegularFile(folder.resolve(name));
        }

        @Override
        public Path program(String name) {
            if (downloaded) {
                throw new ModelPackageException(
                        ("model '%s' is a program (family '%s') from a hub, and programs from there are never run: read "
                                        + "it, save it in a folder with its model.json, and set bulwark.model to that folder")
                                .formatted(folder, ExportedManifest.FAMILY));
            }
            return folder.resolve(name);
        }

        @Override
        public List<String> names() {
            try (Stream<Path> files = Files.list(folder)) {
                return files.map(file -> file.getFileName().toString()).sorted().toList();
            } catch (IOException e) {
                throw new ModelPackageException("model '%s' cannot be listed: %s".formatted(folder, e), e);
            }
        }
    }

    /** Resources; small ones, for they are read onto the heap. */
    record OnClassPath(String location) implements PackageFiles {

        @Override
        public Optional<byte[]> read(String name) throws IOException {
            try (InputStream stream = open(name)) {
                return stream == null ? Optional.empty() : Optional.of(stream.readAllBytes());
            }
        }

        @Override
        public SafetensorsFile weights(String name) throws IOException {
            try (InputStream stream = open(name)) {
                if (stream == null) {
                    throw new FileNotFoundException(location + "/" + name);
                }
                return SafetensorsFile.read(location + "/" + name, stream);
            }
        }

        @Override
        public boolean has(String name) {
            try (InputStream stream = open(name)) {
                return stream != null;
            } catch (IOException e) {
                throw new ModelPackageException("%s/%s cannot be read: %s".formatted(location, name, e), e);
            }
        }

        @Override
        public Path program(String name) {
            throw new ModelPackageException(
                    "model '%s' is a program (family '%s'), which is loaded from a folder: set bulwark.model to one"
                            .formatted(location, ExportedManifest.FAMILY));
        }

        @Override
        public List<String> names() {
            return List.of();
        }

        private InputStream open(String name) {
            String path = location.substring(CLASSPATH.length()) + "/" + name;
            ClassLoader context = Thread.currentThread().getContextClassLoader();
            InputStream found = context == null ? null : context.getResourceAsStream(path);
            return found != null ? found : PackageFiles.class.getResourceAsStream("/" + path);
        }
    }
}
