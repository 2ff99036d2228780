/**
 * Attack audits: by image for as long as the store keeps them, and by uploader, newest first; how many there are of
 * each kind; and the red team's, which are kept apart under its own name for the robust accuracy alone.
 */
package io.bulwark.stream.audit;
