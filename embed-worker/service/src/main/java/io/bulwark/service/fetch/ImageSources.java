package io.bulwark.service.fetch;

import io.bulwark.events.ImageLocation;
import io.bulwark.events.InlineImage;
import io.bulwark.events.Reason;
import io.bulwark.service.config.FetchConfig;
import io.bulwark.service.fetch.AddressGuard.VettedDns;
import io.bulwark.service.fetch.AddressGuard.VettedDns.NameService;
import io.bulwark.service.fetch.BodyReader.FetchBudget;
import io.bulwark.service.fetch.HttpSource.WebRules;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.NanoClock.Deadline;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * All ways to an image's bytes, with the checks that they share: size cap, announced size, announced checksum. Many
 * threads may call it at once.
 */
public final class ImageSources implements AutoCloseable {

    private final FetchLimits limits;
    private final NanoClock clock;
    private final FetchBudget budget;
    private final BodyReader reader;
    private final FileSource files;
    private final HttpSource web;
    private final Optional<S3Source> objects;
    private final ScheduledExecutorService canceller;

    /**
     * Sources that are asked at leisure, with the machine's name service.
     *
     * @throws IllegalStateException if objects are to be read from S3 and there are no credentials
     */
    public static ImageSources of(FetchConfig fetch, NanoClock clock) {
        return new ImageSources(fetch, FetchLimits.of(fetch), clock, InetAddress::getAllByName);
    }

    /**
     * Sources that are asked once and briefly, with connections and memory of their own.
     *
     * @throws IllegalStateException if objects are to be read from S3 and there are no credentials
     */
    public static ImageSources prompt(FetchConfig fetch, NanoClock clock) {
        return new ImageSources(fetch, FetchLimits.prompt(fetch), clock, InetAddress::getAllByName);
    }

    ImageSources(FetchConfig fetch, NanoClock clock, NameService names) {
        this(fetch, FetchLimits.of(fetch), clock, names);
    }

    private ImageSources(FetchConfig fetch, FetchLimits limits, NanoClock clock, NameService names) {
        this.limits = limits;
        this.clock = clock;
        this.budget = new FetchBudget(limits.memoryBytes(), BodyReader.mostLeased(limits.maxBytes()));
        this.reader = new BodyReader(limits.maxBytes(), budget);
        this.files = new FileSource(fetch.fileRoot(), reader);
        this.canceller = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "bulwark-fetch-deadlines");
            thread.setDaemon(true);
            return thread;
        });
        AddressGuard guard = new AddressGuard(fetch.allow().orElse(List.of()));
        VettedDns dns = new VettedDns(names, guard, limits.mostAddresses());
        this.web = new HttpSource(limits, new WebRules(limits), dns, canceller, reader);
        this.objects = limits.schemes().contains("s3")
                ? Optional.of(S3Source.of(fetch.s3(), limits, canceller, reader))
                : Optional.empty();
    }

    /** Bytes of the heap that fetched files hold now, files that are still arriving included. */
    public long memoryBytes() {
        return budget.leased();
    }

    /** The bytes that came with the event; copied only where they are a part of a larger array. Nothing is leased. */
    public FetchResult inline(InlineImage image) {
        byte[] bytes = bytes(image.getBytes());
        return bytes.length > reader.maxBytes()
                ? reader.tooLarge(bytes.length + " bytes").of(bytes)
                : FetchResult.Fetched.of(bytes, () -> {});
    }

    private static byte[] bytes(ByteBuffer content) {
        if (content.hasArray()
                && content.arrayOffset() == 0
                && content.position() == 0
                && content.array().length == content.remaining()) {
            return content.array();
        }
        byte[] bytes = new byte[content.remaining()];
        content.duplicate().get(bytes);
        return bytes;
    }

    /**
     * Fetches what the location names, all within the deadline of the settings. The file holds a part of the memory of
     * all fetched files until it is released.
     */
    public FetchResult fetch(ImageLocation location) {
        return fetchBy(location, Deadline.after(limits.deadline(), clock));
    }

    /** The same by a deadline that has begun before. */
    public FetchResult fetchBy(ImageLocation location, Deadline deadline) {
        return fetchBy(location, deadline, () -> {});
    }

    /**
     * The same.
     *
     * @param left called on this thread, before a redirect is followed from the location's own host to another
     */
    public FetchResult fetchBy(ImageLocation location, Deadline deadline, Runnable left) {
        Long announced = location.getSizeBytes();
        if (announced != null && announced > limits.maxBytes()) {
            return reader.tooLarge("announced " + announced + " bytes");
        }
        FetchResult result = fetch(location, deadline, left);
        if (!(result instanceof FetchResult.Fetched fetched)) {
            return result;
        }
        Optional<FetchResult.Refused> mismatch = mismatch(location, fetched);
        if (mismatch.isEmpty()) {
            return fetched;
        }
        FetchResult.Refused refused = mismatch.get().of(fetched.bytes());
        fetched.release();
        return refused;
    }

    private static Optional<FetchResult.Refused> mismatch(ImageLocation location, FetchResult.Fetched fetched) {
        Long announced = location.getSizeBytes();
        if (announced != null && announced != fetched.bytes().length) {
            return Optional.of(new FetchResult.Refused(
                    Reason.SIZE_MISMATCH,
                    "The file has " + fetched.bytes().length + " bytes, the event announced " + announced));
        }
        if (location.getSha256() != null && !location.getSha256().equalsIgnoreCase(fetched.sha256())) {
            return Optional.of(new FetchResult.Refused(
                    Reason.CHECKSUM_MISMATCH, "The file's SHA-256 is not the one that the event announced"));
        }
        return Optional.empty();
    }

    private FetchResult fetch(ImageLocation location, Deadline deadline, Runnable left) {
        URI uri;
        try {
            uri = new URI(location.getUri());
        } catch (URISyntaxException malformed) {
            return FetchLimits.forbidden("The location is no URI").get();
        }
        String scheme = FetchLimits.scheme(uri);
        if (scheme.equals("file") && limits.schemes().contains("file")) {
            return files.fetch(uri, deadline);
        }
        if (scheme.equals("s3") && objects.isPresent()) {
            return objects.get().fetch(uri, deadline);
        }
        Optional<FetchResult.Refused> withoutHash = limits.checkHash(location.getSha256() != null);
        return withoutHash.isPresent() ? withoutHash.get() : web.fetch(uri, deadline, left);
    }

    @Override
    public void close() {
        canceller.shutdownNow();
        try {
            web.close();
            if (objects.isPresent()) {
                objects.get().close();
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("The HTTP client did not close", failure);
        }
    }

    /**
     * Files under one root. What counts is where a path really leads, so a symbolic link out of the root is forbidden.
     * A writer under the root is trusted not to swap folders for links while the worker reads.
     */
    record FileSource(Optional<Path> root, BodyReader reader) {

        /** Never throws for what the location or its server does. Any thread. */
        FetchResult fetch(URI uri, Deadline deadline) {
            if (root.isEmpty()) {
                return forbidden("Files are not read: the setting bulwark.fetch.file-root names no folder");
            }
            if (uri.getPath() == null
                    || (uri.getAuthority() != null && !uri.getAuthority().isEmpty())) {
                return forbidden("A file location is written file:///path");
            }
            try {
                Path real = Path.of(uri.getPath()).toRealPath();
                if (!real.startsWith(root.get().toRealPath())) {
                    return outside();
                }
                if (!Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
                    return forbidden("The location is not a regular file");
                }
                long size = Files.size(real);
                return reader.readAndClose(Files.newInputStream(real, LinkOption.NOFOLLOW_LINKS), size, deadline);
            } catch (NoSuchFileException missing) {
                // Whether a file outside exists is not revealed.
                return Path.of(uri.getPath()).normalize().startsWith(root.get().normalize())
                        ? new FetchResult.Refused(Reason.LOCATION_NOT_FOUND, "There is no such file")
                        : outside();
            } catch (InterruptedIOException late) {
                return HttpFailures.timeout(deadline);
            } catch (InvalidPathException malformed) {
                return forbidden("The location is no path");
            } catch (IOException unreadable) {
                return new FetchResult.Refused(
                        Reason.FETCH_FAILED,
                        "The file cannot be read: " + unreadable.getClass().getSimpleName(),
                        FetchResult.Scope.MACHINE);
            }
        }

        private static FetchResult outside() {
            return forbidden("The file lies outside the folder of bulwark.fetch.file-root");
        }

        private static FetchResult forbidden(String detail) {
            return new FetchResult.Refused(Reason.LOCATION_FORBIDDEN, detail);
        }
    }
}
