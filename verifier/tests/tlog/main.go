// Reads logs that Harkline wrote, with Go's own transparency-log packages and nothing of Harkline's.
// Usage: main FOLDER VKEY ...   For each pair: the checkpoint's signature, every entry against the tiles, sampled proofs.
// Usage: main note FILE VKEY   Opens a signed note and prints its text.
package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type folder string

func (f folder) Height() int { return 8 }

// C2SP leaves the height out of a tile's path, and calls the data tiles "entries".
func (f folder) file(tile tlog.Tile) string {
	path := strings.TrimPrefix(tile.Path(), "tile/8/")
	return filepath.Join(string(f), "tile", strings.Replace(path, "data/", "entries/", 1))
}

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		data, err := os.ReadFile(f.file(tile))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

func must(err error) {
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func head(f folder, key string) tlog.Tree {
	data, err := os.ReadFile(filepath.Join(string(f), "checkpoint"))
	must(err)
	verifier, err := note.NewVerifier(key)
	must(err)
	opened, err := note.Open(data, note.VerifierList(verifier))
	must(err)
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	hash, err := tlog.ParseHash(lines[2])
	must(err)
	return tlog.Tree{N: size, Hash: hash}
}

func entries(f folder, tree tlog.Tree, reader tlog.HashReader) int64 {
	var count int64
	for at := int64(0); at*256 < tree.N; at++ {
		width := tree.N - at*256
		if width > 256 {
			width = 256
		}
		bundle, err := f.ReadTiles([]tlog.Tile{{H: 8, L: -1, N: at, W: int(width)}})
		must(err)
		rest, indexes, hashes := bundle[0], []int64{}, []tlog.Hash{}
		for len(rest) > 0 {
			length := binary.BigEndian.Uint16(rest)
			hashes = append(hashes, tlog.RecordHash(rest[2:2+length]))
			indexes = append(indexes, tlog.StoredHashIndex(0, count))
			rest, count = rest[2+length:], count+1
		}
		stored, err := reader.ReadHashes(indexes)
		must(err)
		for i := range stored {
			if stored[i] != hashes[i] {
				must(fmt.Errorf("entry %d differs from its hash", at*256+int64(i)))
			}
		}
	}
	return count
}

func proofs(tree tlog.Tree, reader tlog.HashReader) int {
	count := 0
	for _, at := range []int64{0, 1, 254, 255, 256, 257, tree.N / 3, tree.N / 2, tree.N - 2, tree.N - 1} {
		if at < 0 || at >= tree.N {
			continue
		}
		record, err := tlog.ProveRecord(tree.N, at, reader)
		must(err)
		leaf, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, at)})
		must(err)
		must(tlog.CheckRecord(record, tree.N, tree.Hash, at, leaf[0]))
		if at > 0 {
			growth, err := tlog.ProveTree(tree.N, at, reader)
			must(err)
			before, err := tlog.TreeHash(at, reader)
			must(err)
			must(tlog.CheckTree(growth, tree.N, tree.Hash, at, before))
		}
		count++
	}
	return count
}

// text opens a signed note with one key and answers what was signed.
func text(path string, key string) string {
	data, err := os.ReadFile(path)
	must(err)
	verifier, err := note.NewVerifier(key)
	must(err)
	opened, err := note.Open(data, note.VerifierList(verifier))
	must(err)
	return opened.Text
}

func main() {
	if len(os.Args) == 4 && os.Args[1] == "note" {
		fmt.Print(text(os.Args[2], os.Args[3]))
		return
	}
	for at := 1; at+1 < len(os.Args); at += 2 {
		f := folder(os.Args[at])
		tree := head(f, os.Args[at+1])
		reader := tlog.TileHashReader(tree, f)
		count := entries(f, tree, reader)
		if count != tree.N {
			must(fmt.Errorf("%d entries, but the checkpoint says %d", count, tree.N))
		}
		fmt.Println(count, proofs(tree, reader))
	}
}
