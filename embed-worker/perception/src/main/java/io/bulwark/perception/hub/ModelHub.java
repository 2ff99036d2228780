package io.bulwark.perception.hub;

import io.bulwark.perception.hub.HubClient.BusyHubWait;
import io.bulwark.perception.hub.HubClient.RemoteFile;
import io.bulwark.perception.hub.HubClient.Snapshot;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Fetches models into a cache. Threads and processes may fetch the same model at once: one downloads, the others wait.
 */
public final class ModelHub {

    private static final Object ONE_THREAD = new Object();
    private static final String COMPLETE = ".complete";

    /** What an encoder is read from, in the order in which it is fetched: the small files first. */
    private static final List<String> WANTED = List.of(
            "model.json",
            "keras.json",
            "open_clip_config.json",
            "config.json",
            "preprocessor_config.json",
            "tokenizer.json",
            "open_clip_model.safetensors",
            "open_clip_pytorch_model.safetensors",
            "model.safetensors");

    /** What a repository of open_clip has for other libraries besides. */
    private static final Set<String> FOR_OTHERS =
            Set.of("config.json", "preprocessor_config.json", "model.safetensors");

    private final HubSettings settings;
    private final HubClient client;

    public ModelHub(HubSettings settings) {
        this(settings, Clock.systemUTC(), time -> Thread.sleep(time.toMillis()));
    }

    ModelHub(HubSettings settings, Clock clock, BusyHubWait.Sleeper sleeper) {
        this.settings = settings;
        this.client = new HubClient(settings, () -> new BusyHubWait(clock, sleeper));
    }

    /**
     * The folder with a model's files, fetched now unless they are there.
     *
     * <p>A hub that is busy (429, 503) is asked again, after as long as it says: five times and five minutes at most for
     * each request.
     *
     * @throws HubException if the hub does not answer and the model is not in the cache, refuses, or sends other bytes
     *     than it says
     */
    public Path fetch(HubLocation model, DownloadProgress progress) {
        Path home = settings.cache().resolve(model.owner()).resolve(model.name());
        try {
            if (model.isCommit() && isComplete(home.resolve(model.revision()))) {
                return home.resolve(model.revision());
            }
            Files.createDirectories(home);
            synchronized (ONE_THREAD) {
                try (FileChannel channel = FileChannel.open(
                                home.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                        FileLock lock = channel.lock()) {
                    return fetchLocked(model, home, progress);
                }
            }
        } catch (IOException e) {
            throw new HubException("%s cannot be kept in %s: %s".formatted(model, home, e), e);
        }
    }

    private Path fetchLocked(HubLocation model, Path home, DownloadProgress progress) throws IOException {
        Path reference = home.resolve(".refs").resolve(model.revision().replace('/', '_'));
        Snapshot snapshot;
        try {
            snapshot = client.snapshot(model);
        } catch (IOException unreachable) {
            return known(home, reference)
                    .orElseThrow(() -> new HubException(
                            "%s: the hub at %s does not answer (%s), and the model is not in %s"
                                    .formatted(model, settings.endpoint(), unreachable, home),
                            unreachable));
        }
        Path folder = home.resolve(snapshot.commit());
        if (!isComplete(folder)) {
            Files.createDirectories(folder);
            Download download = new Download(client, model, snapshot.commit(), progress);
            for (RemoteFile file : wanted(model, snapshot)) {
                if (!Files.exists(folder.resolve(file.name()))) {
                    download.into(folder, file);
                }
            }
            Files.writeString(folder.resolve(COMPLETE), "");
        }
        Files.createDirectories(reference.getParent());
        Files.writeString(reference, snapshot.commit());
        return folder;
    }

    private static Optional<Path> known(Path home, Path reference) throws IOException {
        return Files.exists(reference)
                ? Optional.of(home.resolve(Files.readString(reference))).filter(ModelHub::isComplete)
                : Optional.empty();
    }

    private static boolean isComplete(Path folder) {
        return Files.exists(folder.resolve(COMPLETE));
    }

    private static List<RemoteFile> wanted(HubLocation model, Snapshot snapshot) {
        boolean openClip =
                snapshot.files().stream().anyMatch(file -> file.name().equals("open_clip_config.json"));
        List<RemoteFile> files = WANTED.stream()
                .filter(name -> !openClip || !FOR_OTHERS.contains(name))
                .flatMap(name ->
                        snapshot.files().stream().filter(file -> file.name().equals(name)))
                .toList();
        if (files.stream().noneMatch(file -> file.name().endsWith(".safetensors"))) {
            throw new HubException(model + " has no weights as safetensors (pickled checkpoints are never loaded); it"
                    + " holds "
                    + snapshot.files().stream().map(RemoteFile::name).limit(12).toList());
        }
        return files;
    }

    /**
     * One file into its place: first under a temporary name, where an interrupted attempt continues, and under its
     * real name once size and checksum are right.
     */
    record Download(HubClient client, HubLocation model, String commit, DownloadProgress progress) {

        private static final int ATTEMPTS = 4;
        private static final int CHUNK = 1 << 16;

        void into(Path folder, RemoteFile file) {
            Path target = folder.resolve(file.name());
            Path part = folder.resolve(file.name() + ".part");
            IOException last = null;
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                try {
                    receive(file, part);
                    String fault = file.fault(part);
                    if (!fault.isEmpty()) {
                        Files.delete(part);
                        throw new HubException("%s: '%s' %s; it was removed".formatted(model, file.name(), fault));
                    }
                    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                    return;
                } catch (IOException e) {
                    last = e;
                }
            }
            throw new HubException(
                    "%s: '%s' broke off %d times, the last time with %s; run it again to go on where it stopped"
                            .formatted(model, file.name(), ATTEMPTS, last),
                    last);
        }

        private void receive(RemoteFile file, Path part) throws IOException {
            long have = Files.exists(part) ? Files.size(part) : 0;
            if (have == file.size()) {
                return;
            }
            if (have > file.size()) {
                Files.delete(part);
                have = 0;
            }
            HttpResponse<InputStream> response = client.content(model, commit, file.name(), have);
            try (InputStream body = response.body()) {
                if (response.statusCode() == 416) {
                    Files.delete(part);
                    throw new IOException("the hub has nothing from byte " + have + " on");
                }
                boolean continued = response.statusCode() == 206;
                append(file, body, part, continued ? have : 0);
            }
            if (Files.size(part) < file.size()) {
                throw new IOException("the connection ended at byte " + Files.size(part) + " of " + file.size());
            }
        }

        private void append(RemoteFile file, InputStream body, Path part, long from) throws IOException {
            try (FileChannel channel = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                channel.truncate(from);
                channel.position(from);
                byte[] chunk = new byte[CHUNK];
                long done = from;
                for (int count = body.read(chunk); count >= 0; count = body.read(chunk)) {
                    done += count;
                    if (done > file.size()) {
                        Files.delete(part);
                        throw new HubException("%s: '%s' is longer than the %d bytes that the hub says"
                                .formatted(model, file.name(), file.size()));
                    }
                    for (ByteBuffer bytes = ByteBuffer.wrap(chunk, 0, count); bytes.hasRemaining(); ) {
                        channel.write(bytes);
                    }
                    progress.advanced(file.name(), done, file.size());
                }
            }
        }
    }

    /** Told how a download goes on. Called by the thread that downloads. */
    @FunctionalInterface
    public interface DownloadProgress {

        /**
         * Some more has arrived.
         *
         * @param file its name
         * @param done bytes that are here, those of an earlier attempt included
         * @param size bytes in all
         */
        void advanced(String file, long done, long size);
    }

    /** A model cannot be fetched. The message names it, the hub's answer and a fix. */
    public static final class HubException extends RuntimeException {

        HubException(String message) {
            super(message);
        }

        HubException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Where models come from and where they are kept.
     *
     * @param endpoint the hub
     * @param token for private and gated models; sent to the endpoint's host alone
     * @param cache folder of snapshots
     */
    public record HubSettings(URI endpoint, Optional<String> token, Path cache) {

        /** Environment variable with the hub's address. */
        public static final String ENDPOINT = "HF_ENDPOINT";

        /** Environment variable with the access token. */
        public static final String TOKEN = "HF_TOKEN";

        private static final String PUBLIC_HUB = "https://huggingface.co";

        public HubSettings {
            if (endpoint.getHost() == null || !endpoint.getScheme().matches("https?")) {
                throw new IllegalArgumentException(
                        ENDPOINT + " is '" + endpoint + "'; wanted is an http or https address");
            }
        }

        /** {@value #ENDPOINT} and {@value #TOKEN} of this process. */
        public static HubSettings fromEnvironment(Path cache) {
            return from(System.getenv(), cache);
        }

        static HubSettings from(Map<String, String> environment, Path cache) {
            String endpoint = environment.getOrDefault(ENDPOINT, "").isBlank() ? PUBLIC_HUB : environment.get(ENDPOINT);
            return new HubSettings(
                    URI.create(endpoint.replaceFirst("/+$", "")),
                    Optional.ofNullable(environment.get(TOKEN)).filter(token -> !token.isBlank()),
                    cache);
        }

        @Override
        public String toString() {
            return "HubSettings[endpoint=%s, token %s, cache=%s]"
                    .formatted(endpoint, token.isPresent() ? "set" : "not set", cache);
        }
    }
}
