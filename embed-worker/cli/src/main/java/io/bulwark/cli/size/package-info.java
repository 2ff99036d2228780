/**
 * How large a system has to be: {@code bulwark size}. A formula of few inputs over constants of one upload, each marked as
 * measured, assumed or given, so that an operator can put figures of their own machines in place of ours. It asks no broker
 * and starts nothing; {@code bench} commands measure the constants.
 *
 * <p>Rejected: a fit over runs of several sizes. Bytes grow with the number of images kept, cores with the uploads a second;
 * both were seen to be proportional between 20,000 and 1,000,000 decisions.
 */
package io.bulwark.cli.size;
