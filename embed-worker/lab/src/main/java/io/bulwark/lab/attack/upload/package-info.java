/**
 * Attacks on whole files, through encoding, decoding and views to the worker's own decision. What may enter: what turns
 * perturbed pixels into an upload, and what judges the upload as a worker does.
 *
 * <pre>{@code
 * Optional<Judgement> judgement = new FileModerator(decoder, preprocessor, encoder, bank, policies, tenant).decide(file);
 * }</pre>
 */
package io.bulwark.lab.attack.upload;
