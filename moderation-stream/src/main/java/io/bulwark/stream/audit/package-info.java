/** Attack audits: by image for as long as the store keeps them, and by uploader, newest first. */
package io.bulwark.stream.audit;
