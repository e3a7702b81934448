// SPDX-License-Identifier: Apache-2.0
// The baseline of durable writes: how often per second this disk makes 4 KiB durable, one after the other.
//
//     bench_fdatasync_loop FILE SECONDS
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>

int main(int argc, char** argv)
{
    if (argc != 3) {
        std::fprintf(stderr, "usage: bench_fdatasync_loop FILE SECONDS\n");
        return 2;
    }
    const int file = ::open(argv[1], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) {
        std::perror(argv[1]);
        return 1;
    }
    const std::array<char, 4096> block{};
    const auto start = std::chrono::steady_clock::now();
    const auto length = std::chrono::duration<double>(std::atof(argv[2]));
    long count = 0;
    std::chrono::duration<double> took{};
    while ((took = std::chrono::steady_clock::now() - start) < length) {
        if (::write(file, block.data(), block.size()) != static_cast<ssize_t>(block.size()) || ::fdatasync(file) != 0) {
            std::perror("write");
            return 1;
        }
        ++count;
    }
    ::close(file);
    ::unlink(argv[1]);
    std::printf("%.0f\n", static_cast<double>(count) / took.count());
    return 0;
}
