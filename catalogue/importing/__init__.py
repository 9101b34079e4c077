"""A back catalogue from a spreadsheet, and the catalogue into one.

    reading   a file into lines of text, whatever wrote it
    columns   what each column means: read from a cell, shown in one, put into a row
    known     what the catalogue and the file already hold: words, publications, numbers
    planning  a line into a plan: new, changed from what to what, or refused and why
    writing   plans into the database
    sheets    the catalogue, and the empty table with its instructions, as CSV and XLSX
    matching  the name of a PDF into the edition it is
    pdfs      many PDFs at once

Nothing but `writing` changes anything. A cell left empty leaves things as they are; a dash
empties them. What was exported and is imported again changes nothing.
"""
