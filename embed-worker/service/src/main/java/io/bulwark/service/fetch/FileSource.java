package io.bulwark.service.fetch;

import io.bulwark.events.Reason;
import io.bulwark.service.lifecycle.NanoClock.Deadline;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Files under one root. What counts is where a path really leads, so a symbolic link out of the root is forbidden.
 * A writer under the root is trusted not to swap folders for links while the worker reads.
 */
final class FileSource {

    private final Optional<Path> root;
    private final BodyReader reader;

    FileSource(Optional<Path> root, BodyReader reader) {
        this.root = root;
        this.reader = reader;
    }

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
