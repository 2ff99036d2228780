/**
 * Pictures, passed on. What may enter: asking the preview and the explain server, and how that is answered;
 * who may see which picture is the resources' to say.
 *
 * <p>This application opens no upload. The preview (the worker's image in its second mode) decodes and writes the JPEG;
 * here its size is bounded and its kind is checked. The explain server ({@code bulwark explain-server}) is given that
 * JPEG, and what it draws of it is checked the same way. Questions are signed with {@code bulwark.preview.secret}.
 * Every picture that is given out is a row of the audit log first, where there is a database: without that row there is
 * no picture.
 */
package io.bulwark.stream.picture;
