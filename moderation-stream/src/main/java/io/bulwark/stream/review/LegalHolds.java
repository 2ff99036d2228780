package io.bulwark.stream.review;

/** Says what must not be deleted. */
@FunctionalInterface
interface LegalHolds {

    /** Whether image or uploader is on legal hold, or nobody can say just now. */
    boolean isHeld(String tenant, String imageId, String uploaderId);
}
