package io.bulwark.perception.hub;

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
