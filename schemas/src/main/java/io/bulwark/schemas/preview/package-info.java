/**
 * How one program asks another for the picture of an upload: the address, and the proof that the question comes from a
 * program of the same deployment. What may enter is what both sides have to agree on, such as the
 * reasons of a refusal ({@link io.bulwark.schemas.preview.HttpRefusal}, also of scores); neither servers nor pictures.
 *
 * <pre>{@code
 * String uri = new PreviewQuestion("images.uploaded", 3, 4711, sha256, false).uri();
 * request.header(PreviewTokens.HEADER, tokens.sign(uri));
 * }</pre>
 *
 * <p>The explain server ({@link io.bulwark.schemas.preview.PreviewQuestion.ExplanationQuestion}) is asked the same way,
 * with the same secret: it gets the picture that the preview gave. A token names what it is for, so none serves for the
 * other.
 *
 * <p>The secret is a separate one, {@code bulwark.preview.secret}: the worker's image decodes what strangers upload, so
 * it is not given the secret that sessions and roles rest on. The token is an HMAC and a time, and not a JSON web
 * token: it says one thing, and a producer who takes this module on should not take on a library for it.
 */
package io.bulwark.schemas.preview;
