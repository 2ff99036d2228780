/**
 * Options that commands of several rooms share, each a picocli mixin that gives what it was told as one value. What may
 * enter: an option that two rooms have, with its default and its message; nothing that runs a command.
 *
 * <pre>{@code
 * @Mixin
 * private ModelOptions model;
 *
 * ModelPackage opened = model.open(output);
 * }</pre>
 */
package io.bulwark.cli.options;
