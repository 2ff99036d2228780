package io.bulwark.perception.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

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
