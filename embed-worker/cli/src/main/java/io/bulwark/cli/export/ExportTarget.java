package io.bulwark.cli.export;

import io.bulwark.cli.terminal.CommandFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Where the files of the export lie: a folder, or a bucket of a store that speaks S3. One thread. */
interface ExportTarget extends AutoCloseable {

    /** Paths of all files, with slashes, in no order; what a killed run left half written is removed. */
    List<String> list();

    /** Puts a file there, whole or not at all, in place of one of the same path. */
    void put(Path file, String path);

    /** Copies a file from there. @return whether it is there */
    boolean get(String path, Path file);

    /** Removes a file that may be gone already. */
    void delete(String path);

    @Override
    void close();

    /**
     * The target of that name.
     *
     * @param to a folder, or {@code s3://bucket/prefix}
     * @param endpoint of the store; empty for AWS
     * @param region of the bucket; empty for what the environment says
     * @throws CommandFailure if it is written otherwise
     */
    static ExportTarget of(String to, Optional<URI> endpoint, Optional<String> region) {
        if (!to.startsWith("s3://")) {
            return new Folder(Path.of(to));
        }
        String[] parts = to.substring("s3://".length()).split("/", 2);
        if (parts[0].isEmpty()) {
            throw CommandFailure.usage("--to " + to + " names no bucket; a store is written s3://bucket/prefix");
        }
        String prefix = parts.length < 2 || parts[1].isEmpty() ? "" : parts[1].replaceAll("/*$", "") + "/";
        S3ClientBuilder client = S3Client.builder().httpClient(UrlConnectionHttpClient.create());
        // Stores other than AWS's know neither checksums behind a body nor bodies in signed pieces.
        endpoint.ifPresent(address -> client.endpointOverride(address)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .serviceConfiguration(
                        settings -> settings.pathStyleAccessEnabled(true).chunkedEncodingEnabled(false)));
        region.map(Region::of).ifPresent(client::region);
        return new Bucket(client.build(), parts[0], prefix);
    }

    /** A folder of this machine. */
    record Folder(Path root) implements ExportTarget {

        private static final String PART = ".part";

        @Override
        public List<String> list() {
            if (!Files.isDirectory(root)) {
                return List.of();
            }
            try (Stream<Path> files = Files.walk(root)) {
                List<Path> all = files.filter(Files::isRegularFile).toList();
                for (Path file : all) {
                    if (file.toString().endsWith(PART)) {
                        Files.delete(file); // of a run that was killed
                    }
                }
                return all.stream()
                        .map(file -> root.relativize(file).toString())
                        .filter(path -> !path.endsWith(PART))
                        .toList();
            } catch (IOException unreadable) {
                throw new UncheckedIOException("the folder " + root, unreadable);
            }
        }

        @Override
        public void put(Path file, String path) {
            Path whole = root.resolve(path);
            Path part = root.resolve(path + PART);
            try {
                Files.createDirectories(whole.getParent());
                Files.copy(file, part, StandardCopyOption.REPLACE_EXISTING);
                Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException full) {
                throw new UncheckedIOException("the file " + whole, full);
            }
        }

        @Override
        public boolean get(String path, Path file) {
            try {
                if (!Files.exists(root.resolve(path))) {
                    return false;
                }
                Files.copy(root.resolve(path), file, StandardCopyOption.REPLACE_EXISTING);
                return true;
            } catch (IOException unreadable) {
                throw new UncheckedIOException("the file " + root.resolve(path), unreadable);
            }
        }

        @Override
        public void delete(String path) {
            try {
                Files.deleteIfExists(root.resolve(path));
            } catch (IOException denied) {
                throw new UncheckedIOException("the file " + root.resolve(path), denied);
            }
        }

        @Override
        public void close() {
            // A folder is not opened.
        }
    }

    /** A bucket; credentials are those of AWS's chain. */
    record Bucket(S3Client client, String bucket, String prefix) implements ExportTarget {

        @Override
        public List<String> list() {
            return client
                    .listObjectsV2Paginator(request -> request.bucket(bucket).prefix(prefix))
                    .contents()
                    .stream()
                    .map(S3Object::key)
                    .map(key -> key.substring(prefix.length()))
                    .toList();
        }

        @Override
        public void put(Path file, String path) {
            client.putObject(request -> request.bucket(bucket).key(prefix + path), RequestBody.fromFile(file));
        }

        @Override
        public boolean get(String path, Path file) {
            try {
                Files.deleteIfExists(file);
                client.getObject(
                        request -> request.bucket(bucket).key(prefix + path), ResponseTransformer.toFile(file));
                return true;
            } catch (NoSuchKeyException absent) {
                return false;
            } catch (IOException denied) {
                throw new UncheckedIOException("the file " + file, denied);
            }
        }

        @Override
        public void delete(String path) {
            client.deleteObject(request -> request.bucket(bucket).key(prefix + path));
        }

        @Override
        public void close() {
            client.close();
        }
    }
}
