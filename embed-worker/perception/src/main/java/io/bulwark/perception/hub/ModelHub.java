package io.bulwark.perception.hub;

import io.bulwark.perception.hub.HubClient.Snapshot;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;
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
}
