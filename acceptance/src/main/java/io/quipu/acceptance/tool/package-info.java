/** The command line tools behind {@code ./quipu}: submit, report, backlog, sample usage, and the check of real input. */
package io.quipu.acceptance.tool;
