/**
 * The {@code sluice} command: its options, its answers as tables and as JSON, its exit codes. What a command does lives in
 * core; here is only how a person or a script asks for it and reads the result.
 */
package dev.sluice.cli;
