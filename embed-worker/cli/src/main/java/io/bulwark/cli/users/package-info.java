/**
 * The built-in users of moderation-stream: {@code bulwark users add}, {@code remove} and {@code list} keep the file
 * that {@code bulwark.access.users-file} names. A running instance reads it again when it changes.
 *
 * <p>A line is {@code name:hash:tenant:role,role}, the hash being bcrypt's in the modular crypt format, so that the
 * first two fields are those of {@code htpasswd}. A password is asked for on the terminal or read from standard input,
 * never taken from the command line, where every process of the machine could read it.
 */
package io.bulwark.cli.users;
