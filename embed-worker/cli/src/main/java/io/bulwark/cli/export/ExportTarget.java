package io.bulwark.cli.export;

import io.bulwark.cli.terminal.CommandFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Where the files of the export lie: a folder, or a bucket of a store that speaks S3. One run at a time has its lock,
 * and another one that would begin is refused. One thread.
 */
interface ExportTarget extends AutoCloseable {

    /** The file by which a run keeps others out. */
    String LOCK = "export.lock";

    /**
     * Keeps other runs out until it is closed. What a killed run of a folder held is free at once, of a bucket after
     * {@link Bucket#LEASE}.
     *
     * @throws CommandFailure where another run has it
     */
    void lock();

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

    private static CommandFailure held(String where) {
        return CommandFailure.failed("another run of the export has " + where + ": one may be at work at a time");
    }

    /**
     * The target of that name.
     *
     * @param to a folder, or {@code s3://bucket/prefix}
     * @param endpoint of the store; empty for AWS
     * @param region of the bucket; empty for what the environment says
     * @throws CommandFailure if it is written otherwise
     */
    static ExportTarget of(String to, Optional<URI> endpoint, Optional<String> region) {
        return of(to, endpoint, region, InstantSource.system());
    }

    /** The same, with a clock for the age of a bucket's lock. */
    static ExportTarget of(String to, Optional<URI> endpoint, Optional<String> region, InstantSource clock) {
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
        return new Bucket(client.build(), parts[0], prefix, clock);
    }

    /** A folder of this machine. The system frees its lock when the process ends. */
    final class Folder implements ExportTarget {

        private static final String PART = ".part";

        private final Path root;
        private FileChannel lock; // null without one

        Folder(Path root) {
            this.root = root;
        }

        @Override
        public void lock() {
            Path file = root.resolve(LOCK);
            try {
                Files.createDirectories(root);
                lock = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                if (lock.tryLock() == null) {
                    throw held(file.toString());
                }
            } catch (OverlappingFileLockException inThisProcess) {
                throw held(file.toString());
            } catch (IOException denied) {
                throw new UncheckedIOException("the file " + file, denied);
            }
        }

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
            try {
                if (lock != null) {
                    lock.close();
                }
            } catch (IOException broken) {
                throw new UncheckedIOException("the file " + root.resolve(LOCK), broken);
            }
        }
    }

    /**
     * A bucket; credentials are those of AWS's chain. Its lock is an object that is written only where there is none,
     * and written again with the files, once a minute at most, so that its age says whether the run is alive. A run
     * that wrote no file for the lease loses it to another one that begins, and ends. In a store that ignores
     * conditions two runs that begin in the same moment both work; the one whose lock was overwritten ends when it
     * would write it again, or fails at its end.
     */
    final class Bucket implements ExportTarget {

        /** Age of a lock from which on its run is taken for dead: more than this machine's clock may differ. */
        static final Duration LEASE = Duration.ofMinutes(30);

        private static final Duration RENEWAL = Duration.ofMinutes(1);
        private static final int NO_SUCH_CONDITION = 501;

        private final S3Client client;
        private final String bucket;
        private final String prefix;
        private final InstantSource clock;
        private String lock; // the tag of the object that this run wrote; null without one
        private Instant renewed;

        Bucket(S3Client client, String bucket, String prefix, InstantSource clock) {
            this.client = client;
            this.bucket = bucket;
            this.prefix = prefix;
            this.clock = clock;
        }

        @Override
        public void lock() {
            Optional<HeadObjectResponse> there = there();
            if (there.filter(other ->
                            other.lastModified().isAfter(clock.instant().minus(LEASE)))
                    .isPresent()) {
                throw held(name());
            }
            write(there.map(HeadObjectResponse::eTag));
        }

        private Optional<HeadObjectResponse> there() {
            try {
                return Optional.of(
                        client.headObject(request -> request.bucket(bucket).key(prefix + LOCK)));
            } catch (NoSuchKeyException free) {
                return Optional.empty();
            }
        }

        /** @param old the tag of the object that it replaces; empty where there is none */
        private void write(Optional<String> old) {
            String token = UUID.randomUUID().toString();
            RequestBody body = RequestBody.fromString(token);
            PutObjectRequest.Builder request =
                    PutObjectRequest.builder().bucket(bucket).key(prefix + LOCK);
            old.ifPresentOrElse(request::ifMatch, () -> request.ifNoneMatch("*"));
            try {
                lock = client.putObject(request.build(), body).eTag();
            } catch (S3Exception refused) {
                if (refused.statusCode() == HttpURLConnection.HTTP_PRECON_FAILED
                        || refused.statusCode() == HttpURLConnection.HTTP_CONFLICT) {
                    lock = written(token).orElseThrow(this::lost);
                    renewed = clock.instant();
                    return;
                }
                if (refused.statusCode() != NO_SUCH_CONDITION) {
                    throw refused;
                }
                lock = client.putObject(request.ifNoneMatch(null).ifMatch(null).build(), body)
                        .eTag();
            }
            renewed = clock.instant();
        }

        /** The tag of the object if it holds this: a request whose answer was lost is sent again, and meets itself. */
        private Optional<String> written(String token) {
            try {
                ResponseBytes<GetObjectResponse> there = client.getObjectAsBytes(
                        request -> request.bucket(bucket).key(prefix + LOCK));
                return Optional.of(there.response().eTag())
                        .filter(tag -> there.asUtf8String().equals(token));
            } catch (NoSuchKeyException gone) {
                return Optional.empty();
            }
        }

        private CommandFailure lost() {
            lock = null;
            return held(name());
        }

        /** Before anything is done. */
        private void renew() {
            if (lock != null && renewed.isBefore(clock.instant().minus(RENEWAL))) {
                requireHeld();
                write(Optional.of(lock));
            }
        }

        private void requireHeld() {
            if (!there().map(HeadObjectResponse::eTag).equals(Optional.of(lock))) {
                throw lost();
            }
        }

        private String name() {
            return "s3://" + bucket + "/" + prefix + LOCK;
        }

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
            renew();
            client.putObject(request -> request.bucket(bucket).key(prefix + path), RequestBody.fromFile(file));
        }

        @Override
        public boolean get(String path, Path file) {
            renew();
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
            renew();
            client.deleteObject(request -> request.bucket(bucket).key(prefix + path));
        }

        @Override
        public void close() {
            try {
                if (lock != null) {
                    requireHeld();
                    client.deleteObject(request -> request.bucket(bucket).key(prefix + LOCK));
                }
            } finally {
                client.close();
            }
        }
    }
}
